# One image for all services; docker-compose.yml runs one container for each. A container downloads nothing at run time.

# This stage has a compiler, since some packages have no wheels for some processors. Nothing else of it is in the image, so its
# packages need no fixed versions.
FROM python:3.11.14-slim-bookworm AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
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

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="newsmonitor" \
      org.opencontainers.image.description="Watches the news: polls feeds, joins articles into stories, and raises alerts." \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# The first user of most machines has this number, so the container can read what belongs to that user in a mounted folder.
RUN groupadd --gid 1000 newsmonitor && useradd --uid 1000 --gid 1000 --no-create-home --shell /usr/sbin/nologin newsmonitor
# The dependencies are in their own layer, which is reused while only the code of newsmonitor changes.
RUN --mount=from=wheels,source=/dependencies,target=/dependencies pip install --no-index --no-deps /dependencies/*.whl
RUN --mount=from=wheels,source=/program,target=/program pip install --no-index --no-deps /program/*.whl
# By its number, so that Kubernetes can tell that it is not root. The root may be read-only; /tmp must not be.
USER 1000:1000
ENV NEWSMONITOR_CONFIG=/etc/newsmonitor/monitor.toml NEWSMONITOR_LISTEN=127.0.0.1:8080
STOPSIGNAL SIGTERM
# For `run`. A container of `serve` has another address, see docker-compose.yml.
HEALTHCHECK --interval=15s --timeout=10s --retries=3 --start-period=90s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/ready', timeout=5)"]
ENTRYPOINT ["newsmonitor"]
CMD ["run"]
