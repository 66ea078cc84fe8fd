# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user would write instead: FastAPI over asyncpg, the same three routes as bench_http asks.

    DATABASE=postgres://… uvicorn fastapi_peer:app --workers 2
"""
import os
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, Request

STATE = {}


@asynccontextmanager
async def lifespan(_app):
    STATE['pool'] = await asyncpg.create_pool(os.environ['DATABASE'], min_size=8, max_size=8)
    yield
    await STATE['pool'].close()


app = FastAPI(lifespan=lifespan)


@app.get('/tables/')
async def tables():
    rows = await STATE['pool'].fetch('SELECT tablename FROM pg_tables WHERE schemaname = $1',
                                     'public')
    return [row[0] for row in rows]


@app.get('/rows')
async def rows(first: int, count: int):
    found = await STATE['pool'].fetch(
        'SELECT id, name, amount FROM orders WHERE id >= $1 AND id < $2', first, first + count)
    return [list(row.values()) for row in found]


@app.post('/aggregate')
async def aggregate(request: Request):
    customer = (await request.json())['customer']
    found = await STATE['pool'].fetch(
        'SELECT name, count(*), sum(amount) FROM orders WHERE customer = $1 GROUP BY 1', customer)
    return [list(row.values()) for row in found]
