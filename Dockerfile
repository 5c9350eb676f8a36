# syntax=docker/dockerfile:1

# The build has what scripts/setup.sh is tried on.
FROM rust:1.95-bookworm AS build
ENV PLATUS_RUSTUP=on
WORKDIR /src
COPY . .
RUN scripts/setup.sh wasm build-tools && scripts/build.sh && strip target/release/platus && mkdir /data

# Certificate authorities, time zones and the C library, without a shell. Its user has the number 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Platus" \
      org.opencontainers.image.description="Service monitor: scheduled checks, a live status page and a JSON API" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /src/target/release/platus /usr/bin/platus
COPY --from=build --chown=65532:65532 /data /data
ENV PLATUS_CONFIG=/data/config.yaml
USER 65532:65532
VOLUME /data
EXPOSE 5001
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/usr/bin/platus", "healthcheck"]
ENTRYPOINT ["/usr/bin/platus"]
CMD ["serve"]
