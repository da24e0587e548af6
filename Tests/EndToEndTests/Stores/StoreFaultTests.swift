import Foundation
import Glibc
import TestSupport
import Testing

/// Processes that die and stall while they share a store.
@Suite("Faults of processes that share a store", .serialized)
struct StoreFaultTests {
    @Test(
        "Workers killed and stalled twenty times under load lose nothing and repeat no more than they held",
        .timeLimit(.minutes(10)),
        arguments: [StoreKind.embedded, .postgres]
    )
    func workers(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            let concurrency = 3
            let faults = 20
            let script = """
                echo "$SWITCHYARD_JOB_ID $SWITCHYARD_JOB_ATTEMPT $(date +%s%3N)" >> starts; sleep 0.02; echo "$SWITCHYARD_JOB_ID" >> ends
                """
            func startWorker() throws -> RunningTool {
                let words = [
                    "queue", "work", "q", "--exec", script, "--concurrency", "\(concurrency)", "--lease", "2s",
                ]
                return try RunningTool(store, words)
            }
            var pushed = 0
            func push(_ count: Int) async throws {
                let payloads = (0..<count).map { "\(pushed + $0)" }.joined(separator: "\n")
                #expect(try await store.call("queue", "push", "q", "--lines", input: payloads).status == 0)
                pushed += count
            }
            func starts() -> [Start] { Start.read(folder.appending("starts")) }

            try await push(60)
            var steady = try startWorker()
            var victim = try startWorker()
            var times: [Int] = []
            for fault in 0..<faults {
                let before = starts().count
                try await push(15)
                #expect(await eventually { starts().count >= before + 2 })
                times.append(Int(Date().timeIntervalSince1970 * 1_000))
                if fault.isMultiple(of: 2) {
                    victim.signal(SIGKILL)
                    swap(&steady, &victim)
                    victim = try startWorker()
                } else {
                    // Longer than its lease: others have its jobs when it goes on.
                    try await victim.stall(seconds: 3)
                }
            }
            let drained = try await store.call(
                ["queue", "work", "q", "--exec", script, "--concurrency", "2", "--lease", "2s", "--drain"],
                limitInSeconds: 300
            )
            #expect(drained.status == 0, "\(drained.talk)")

            let statistics = try #require(try await store.call("queue", "stats", "q", "--json").objects.first)
            #expect(statistics["completed"] as? Int == pushed)
            #expect(statistics["dead"] as? Int == 0)
            let all = starts()
            let perJob = Dictionary(grouping: all, by: \.job)
            #expect(perJob.count == pushed, "every job was begun")
            let repeats = perJob.values.reduce(0) { $0 + $1.count - 1 }
            #expect(repeats <= faults * concurrency, "\(repeats) of \(pushed)")
            #expect(repeats > 0, "some of the faults hit running jobs")
            for runs in perJob.values {
                for (first, second) in zip(runs, runs.dropFirst()) {
                    // A second fault may take a job before it began: that is two waits, but only where there were two.
                    let faults = times.count { first.milliseconds...second.milliseconds ~= $0 }
                    let losses = max(1, min(second.attempt - first.attempt, faults))
                    #expect(
                        second.milliseconds - first.milliseconds < losses * 15_000,
                        "job \(first.job) waited, lost \(losses) times; \(Start.pace(all, from: first, to: second))"
                    )
                }
            }
        }
    }

    @Test(
        "Sixty-four processes that fight for one lock never hold it together, also when holders are killed",
        .timeLimit(.minutes(10)),
        arguments: [StoreKind.embedded, .postgres]
    )
    func lock(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            // The kernel's lock ends with its holder, so a killed one leaves nothing behind that looks like company.
            try folder.write(
                """
                exec 9>guard
                flock -n 9 || echo "overlap at $SWITCHYARD_LOCK_TOKEN" >> violations
                last=$(cat fence 2>/dev/null || echo 0)
                [ "$SWITCHYARD_LOCK_TOKEN" -gt "$last" ] || echo "$SWITCHYARD_LOCK_TOKEN after $last" >> violations
                echo "$SWITCHYARD_LOCK_TOKEN" > fence
                echo "$SWITCHYARD_LOCK_TOKEN $PPID" >> tokens
                """,
                to: "critical.sh"
            )
            // 'exec' keeps the process id, so the holder's name tells whom to kill.
            let loop = """
                while [ "$(date +%s)" -lt "$1" ]; do
                    sh -c 'exec "$0" lock run shared --holder "process:$$" --ttl 3s --wait 60s -- sh critical.sh' "$0"
                done
                """
            let end = Int(Date().timeIntervalSince1970) + 30
            let fighters = try (0..<64).map { _ in
                try RunningTool(store, program: "/bin/sh", ["-c", loop, store.tool, "\(end)"])
            }
            while Int(Date().timeIntervalSince1970) < end - 5 {
                try await ContinuousClock().sleep(for: .seconds(3))
                try await killOneHolder(store)
            }
            #expect(await eventually { fighters.allSatisfy { !$0.isRunning } })
            let violations = try? String(contentsOfFile: folder.appending("violations"), encoding: .utf8)
            #expect(violations == nil)
            let tokens = try String(contentsOfFile: folder.appending("tokens"), encoding: .utf8)
                .split(separator: "\n").compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
            #expect(tokens.count > 64)
            #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 }, "tokens rise from holder to holder")
        }
    }

    /// Kills the tool that holds the lock now; who has just given it back is spared.
    private func killOneHolder(_ store: StoreScenario) async throws {
        let held = try await store.call("lock", "list", "--json").objects.first
        guard let holder = held?["holder"] as? String,
            let process = holder.split(separator: ":").last.flatMap({ pid_t($0) })
        else { return }
        let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        if line?.contains("critical.sh") == true { kill(process, SIGKILL) }
    }
}

/// One begin of a job, as its command noted it.
private struct Start {
    var job: String
    /// Which hand-out of the job this was.
    var attempt: Int
    var milliseconds: Int

    static func read(_ path: String) -> [Start] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            guard parts.count == 3, let attempt = Int(parts[1]), let milliseconds = Int(parts[2]) else { return nil }
            return Start(job: String(parts[0]), attempt: attempt, milliseconds: milliseconds)
        }
    }

    /// What all workers did between two starts, which tells a job that was forgotten from a store that stood still.
    static func pace(_ all: [Start], from first: Start, to second: Start) -> String {
        let times = all.map(\.milliseconds).filter { first.milliseconds...second.milliseconds ~= $0 }.sorted()
        let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
        return "\(times.count) starts in \(second.milliseconds - first.milliseconds) ms, \(longest) ms without any"
    }
}
