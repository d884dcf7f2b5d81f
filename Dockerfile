# The book's environment in a container, for a machine with docker and no Python:
#   docker build -t slfkit .
#   docker run --rm -v "$PWD/_build:/slfkit/_build" slfkit
# For torch's CPU build (1.4 GB instead of 5.2) add to the first command
# --build-arg PIP_EXTRA_INDEX_URL=ADDRESS; README.md says which.
FROM python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285
ARG PIP_EXTRA_INDEX_URL=""
WORKDIR /slfkit
COPY requirements.lock .
RUN pip install --no-cache-dir -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e .
CMD ["slfkit", "book"]
