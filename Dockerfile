# By digest: bun run pin (docs/security.md).
ARG BUN_IMAGE=oven/bun:1.4.5
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot
FROM ${BASE_IMAGE} AS base

FROM ${BUN_IMAGE} AS build
WORKDIR /app
# Folders that volumes are mounted over: a new volume takes its owner from the image.
RUN mkdir -p /new/empty /new/secrets/prepuff /new/secrets/postgres /new/secrets/backup \
  /new/secrets/grafana /new/secrets/alertmanager
# The packages first: this layer is built again only when they change.
# The embedded PostgreSQL is an optional package, and has no business in the image.
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --omit=optional --omit=dev
COPY tsconfig.json ./
COPY src ./src
# The binary shows the runbooks itself.
COPY docs/runbooks.md ./docs/runbooks.md
RUN bun run compile
# What is in it, and under which licences: of the packages as the bundler says, of the base image as it says itself.
COPY deploy/sbom ./deploy/sbom
RUN --mount=type=bind,from=base,target=/base bun deploy/sbom/make.ts dist --base /base/var/lib/dpkg/status.d

FROM base
COPY --from=build --chown=65532:65532 /new/empty /var/lib/prepuff
COPY --from=build --chown=65532:65532 /new/empty /var/backups/prepuff
COPY --from=build --chown=65532:65532 /new/secrets /secrets
COPY --from=build /app/dist/sbom.cdx.json /app/dist/licences.txt /usr/share/doc/prepuff/
COPY --from=build /app/dist/prepuff /usr/local/bin/prepuff
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  PREPUFF_DATA_DIR=/var/lib/prepuff \
  PREPUFF_HTTP_HOST=0.0.0.0 \
  PREPUFF_LOG_FORMAT=json
USER 65532:65532
WORKDIR /var/lib/prepuff
VOLUME /var/lib/prepuff
EXPOSE 10001 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 CMD ["prepuff", "health"]
ENTRYPOINT ["prepuff"]
CMD ["serve"]

ARG VERSION=0.2.0
ARG REVISION=unknown
ARG BASE_IMAGE
LABEL org.opencontainers.image.title="Pre-Puff" \
  org.opencontainers.image.description="Receives every bag weight from ZM405 scales, judges it, stores it, forwards it." \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${BASE_IMAGE}" \
  prepuff.sbom="/usr/share/doc/prepuff/sbom.cdx.json" \
  prepuff.licences="/usr/share/doc/prepuff/licences.txt"
