-- SPDX-License-Identifier: GPL-3.0-or-later
-- wrk asks what the environment says, with another number each time in place of KEY and NEXT.
local method = os.getenv("BENCH_METHOD")
local path = os.getenv("BENCH_PATH")
local body = os.getenv("BENCH_BODY")
local count = tonumber(os.getenv("BENCH_COUNT"))
local keys = tonumber(os.getenv("BENCH_KEYS"))
local errors = 0

function init(args)
  math.randomseed(os.time())
end

local function filled(text)
  local key = math.random(1, keys - count)
  return (text:gsub("KEY", tostring(key)):gsub("NEXT", tostring(key + count)))
end

function request()
  if method == "POST" then
    return wrk.format("POST", path, {["Content-Type"] = "application/json"}, filled(body))
  end
  return wrk.format("GET", filled(path))
end

function done(summary, latency, requests)
  io.write(string.format("figures %d %d %d %d %d\n", latency:percentile(50), latency:percentile(99),
    summary.requests, summary.duration, summary.errors.status + summary.errors.timeout +
    summary.errors.read + summary.errors.connect))
end
