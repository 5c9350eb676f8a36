# syntax=docker/dockerfile:1

# The build has what scripts/setup.sh is tried on.
FROM rust:1.95-bookworm AS build
# The history of the repository is not part of the build: --build-arg PLATUS_COMMIT="$(git rev-parse --short HEAD)"
ARG PLATUS_COMMIT=
ENV PLATUS_RUSTUP=on PLATUS_STATIC=1 PLATUS_COMMIT=$PLATUS_COMMIT
WORKDIR /src
COPY . .
RUN scripts/setup.sh wasm build-tools && scripts/build.sh && scripts/release/image-root.sh /image target/release/platus

# With the programs that the check type `exec` runs most often: docker build --target full
FROM debian:bookworm-slim AS full
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install --yes --no-install-recommends ca-certificates curl monitoring-plugins-basic monitoring-plugins-standard tzdata && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /image/usr/bin/platus /usr/bin/platus
COPY --from=build --chown=65532:65532 /image/data /data
ENV PLATUS_CONFIG=/data/config.yaml PATH=/usr/lib/nagios/plugins:/usr/local/bin:/usr/bin:/bin
USER 65532:65532
VOLUME /data
EXPOSE 5001
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/usr/bin/platus", "healthcheck"]
ENTRYPOINT ["/usr/bin/platus"]
CMD ["serve"]

# The program, certificate authorities and time zones, and nothing else.
FROM scratch
LABEL org.opencontainers.image.title="Platus" \
      org.opencontainers.image.description="Service monitor: scheduled checks, a live status page and a JSON API" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image /
ENV PLATUS_CONFIG=/data/config.yaml
USER 65532:65532
VOLUME /data
EXPOSE 5001
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/usr/bin/platus", "healthcheck"]
ENTRYPOINT ["/usr/bin/platus"]
CMD ["serve"]
