# One image for web, worker, beat and migrate; the command says which.

FROM node:20-bookworm-slim AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY static static
RUN npm run -s build

FROM python:3.11-slim-bookworm AS packages
COPY requirements/uv.txt requirements/base.txt /build/
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install -q --no-cache-dir --require-hashes --only-binary :all: -r /build/uv.txt \
    && python -m venv --without-pip /opt/venv \
    && /opt/uv/bin/uv pip sync -q --no-cache --python /opt/venv/bin/python \
        --require-hashes --only-binary :all: /build/base.txt

FROM python:3.11-slim-bookworm
# Pango lays out the official documents, the fonts draw them.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin partybuild \
    && install -d -o partybuild -g partybuild -m 0700 \
        /var/lib/partybuild /var/lib/partybuild/media /var/lib/partybuild/beat
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    DEPLOYMENT=production \
    MEDIA_ROOT=/var/lib/partybuild/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
COPY --from=front /build/static/dist static/dist
# Static files are the same everywhere; the values below exist for this one step only.
RUN python -m compileall -q . \
    && SECRET_KEY=unused FIELD_KEYS=1:00000000000000000000000000000000 \
        HASH_KEY=0000000000000000000000000000000000000000000000000000000000000000 \
        ALLOWED_HOSTS=localhost BASE_URL=http://localhost \
        DATABASE_URL=postgresql://unused@localhost/unused REDIS_URL=redis://localhost \
        python manage.py collectstatic --noinput -v 0
USER partybuild
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--max-requests", "5000", "--max-requests-jitter", "500", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
