# One image for every part; docker-compose.yml says which one runs.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /build
# Every wheel of the lock is fetched and its hash checked; from these alone the image is then installed, so that
# it holds what the program needs, in the versions the tests ran with, and no development tools.
COPY requirements.lock ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        --requirement requirements.lock --dest /wheels
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY workers workers
RUN python -m venv /opt/vigie \
 && /opt/vigie/bin/pip install --quiet --disable-pip-version-check --no-index --find-links /wheels setuptools \
 && /opt/vigie/bin/pip install --quiet --disable-pip-version-check --no-index --find-links /wheels --no-build-isolation . \
 && /opt/vigie/bin/pip uninstall --quiet --yes setuptools pip

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="vigie" \
      org.opencontainers.image.description="Watches live blogs and tells people, once and fast, when a rule is met." \
      org.opencontainers.image.licenses="MIT"
# The slim image ships no bytecode and this one runs read-only: without this every start compiles the library anew.
RUN python -m compileall -q "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" || true
COPY --from=build /opt/vigie /opt/vigie
RUN install -d -o 10001 -g 10001 /var/lib/vigie /run/secrets /run/channel-secrets /run/feed-secrets /run/postgres-secret /run/valkey-secret
ENV PATH=/opt/vigie/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VIGIE_DATA_DIR=/var/lib/vigie \
    VIGIE_RULES_DIR=/etc/vigie/rules
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["vigie"]
CMD ["run"]
