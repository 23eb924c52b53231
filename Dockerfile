# One image for all services; docker-compose.yml runs one container for each. A container downloads nothing at run time.

# This stage has a compiler, since some packages have no wheels for some processors.
FROM python:3.11-slim AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN apt-get update && apt-get install --yes --no-install-recommends g++
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
RUN pip install -c constraints.txt --upgrade pip && pip wheel -c constraints.txt -w /dependencies --only-deps ".[apprise,fulltext,lemmas,otel,segmentation]"
COPY newsmonitor newsmonitor
COPY page page
COPY monitor monitor
COPY consumers consumers
COPY schemas schemas
COPY man man
RUN pip wheel -w /program --no-deps .

FROM python:3.11-slim
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --create-home newsmonitor
# The dependencies are in their own layer, which is reused while only the code of newsmonitor changes.
RUN --mount=from=wheels,source=/dependencies,target=/dependencies pip install --no-index --no-deps /dependencies/*.whl
RUN --mount=from=wheels,source=/program,target=/program pip install --no-index --no-deps /program/*.whl
USER newsmonitor
ENV NEWSMONITOR_CONFIG=/etc/newsmonitor/monitor.toml
ENTRYPOINT ["newsmonitor"]
CMD ["run"]
