-- wrk: post events with fresh ids; the bodies come from files that the bench has written.
-- environment: BENCH_KEY, BENCH_BODIES (a file with one body per line, @ID@ in it), BENCH_RUN
local bodies = {}
for line in io.lines(os.getenv("BENCH_BODIES")) do
  bodies[#bodies + 1] = line
end
local run = os.getenv("BENCH_RUN")
local count = 0
local headers = {
  ["Content-Type"] = "application/json",
  ["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY"),
}

function request()
  count = count + 1
  local n = 0
  local body = bodies[(count - 1) % #bodies + 1]:gsub("@ID@", function()
    n = n + 1
    return run .. "-" .. count .. "-" .. n
  end)
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout + summary.errors.status
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "errors": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, errors,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
