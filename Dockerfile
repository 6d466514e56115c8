# The image of Proofmill, with every role and command, as `npm run image` builds it without a container engine.
#
# This file has never been built, since no base image was available where it was written. tools/image/src/dockerfile.test.ts checks that
# it agrees with `npm run image`: the program, its place, user, folder, environment and labels. The archive of that command is the one
# that the tests run.
#
# Its base images are named by tag, and tags can move. Their digests could not be looked up where this was written, which reaches no
# registry of images. To pin them, look each digest up once (`docker buildx imagetools inspect node:24.21.0-bookworm-slim`), and append it to
# its name below: `@sha256:..`. What `npm ci` installs is pinned by the digests in package-lock.json.
#
# /app/sbom.spdx.json lists the npm packages in the bundle. It cannot list what is in the base images: the SBOM that buildx attaches does.
#
#   docker buildx build --build-arg REVISION=$(git rev-parse HEAD) --build-arg CREATED=$(git log -1 --format=%cI) \
#     --build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) --sbom=true --provenance=mode=max -t proofmill:0.0.0 .
#   docker run --rm --read-only --tmpfs /tmp proofmill:0.0.0 --help

# The Node that package.json pins.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /source
COPY . .
RUN npm ci --ignore-scripts
# The time in the SBOM; without it, 1970.
ARG SOURCE_DATE_EPOCH
# /app: the bundle, its profiles, the examples, the licences of the contents and their list.
RUN node tools/image/src/main.ts --app /image/app
# For probes: `command: [proofmill, health, ..]`.
RUN mkdir -p /image/usr/local/bin && ln -s /app/proofmill.js /image/usr/local/bin/proofmill

# glibc, libgcc, libstdc++, certificate authorities and the user 65532; no shell and no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
# Node seldom changes and the bundle often does, so a new version moves only a few megabytes.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /usr/local/LICENSE /usr/share/doc/node/LICENSE
COPY --from=build /image/ /

ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="proofmill" \
      org.opencontainers.image.description="A batch-scoring fleet for preference data" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"

# With a read-only root, mount /tmp: programs write nowhere else.
ENV PATH=/usr/local/bin HOME=/tmp SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
WORKDIR /app
# A number, since runAsNonRoot of Kubernetes compares numbers.
USER 65532:65532
ENTRYPOINT ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "/app/proofmill.js"]
