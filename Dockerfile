# The program in an image of its own: built in one stage, run in another that has neither compiler nor node.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/outreach
COPY pyproject.toml requirements.lock requirements-dev.lock Makefile README.md ./
COPY outreach ./outreach
COPY scrapers ./scrapers
COPY campaigns ./campaigns
RUN make .venv/.run \
    && rm -rf outreach/assets/node_modules \
    && find . -name __pycache__ -prune -exec rm -rf {} + \
    && .venv/bin/python -m compileall -q outreach scrapers campaigns .venv/lib

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin outreach \
    && install -d -o outreach -g outreach -m 0700 /data
COPY --from=build /srv/outreach /srv/outreach
COPY settings.toml /srv/outreach/settings.toml
WORKDIR /srv/outreach
USER outreach
VOLUME /data
# The root may be read-only: what is written goes to /data, and what is passing to /tmp.
ENV OUTREACH_SETTINGS=/srv/outreach/settings.toml \
    OUTREACH_STORE__FOLDER=/data \
    OUTREACH_WEB__HOST=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD [".venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT [".venv/bin/outreach"]
CMD ["up"]
