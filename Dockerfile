# One image for every service: docker-compose.yml runs a container of it for each. Nothing is fetched when it runs.

# Wheels are made where there is a compiler: not every processor finds all of them ready.
FROM python:3.11-slim AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN apt-get update && apt-get install --yes --no-install-recommends g++
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
RUN pip install -c constraints.txt --upgrade pip && pip wheel -c constraints.txt -w /needed --only-deps ".[fulltext]"
COPY monitor monitor
COPY consumers consumers
COPY schemas schemas
RUN pip wheel -w /ours --no-deps .

FROM python:3.11-slim
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --create-home newsmonitor
# What we need is a layer of its own, which stays while only our code changes.
RUN --mount=from=wheels,source=/needed,target=/needed pip install --no-index --no-deps /needed/*.whl
RUN --mount=from=wheels,source=/ours,target=/ours pip install --no-index --no-deps /ours/*.whl
USER newsmonitor
ENV NEWSMONITOR_CONFIG=/etc/newsmonitor/monitor.toml
ENTRYPOINT ["newsmonitor"]
CMD ["run"]
