import Foundation

/// Whole runs with agents that only commit one file: the built tool against a shell script of git commands.
///
/// Both make the worktrees, run one `git add` and `git commit` in each, merge every branch with a merge commit, and remove
/// worktrees and branches. The tool also plans, guards, sandboxes, gates, keeps its journal and writes a report.
struct RunContest {
    let workplace: Workplace
    let repository: GeneratedRepository
    /// Absolute path of the release build of `switchyard`.
    let program: String

    func make(agents count: Int) -> Contest {
        let requirement = repository.fileCount == 10_000
        return Contest(
            title: "whole run, \(count) agents, time per agent",
            contenders: [
                .init(name: "switchyard run") { round in try await inCopy(count) { try await run($0, count).duration }
                },
                .init(name: "script of git commands") { round in
                    try await inCopy(count) { try await workplace.shell(Self.script(count, width: 1), in: $0).duration }
                },
                .init(name: "script, two agents at a time") { round in
                    try await inCopy(count) { try await workplace.shell(Self.script(count, width: 2), in: $0).duration }
                },
            ],
            targets: requirement ? ["script of git commands": 1] : [:],
            share: count
        )
    }

    /// One run with all agents at once: its time and the greatest memory the runner itself had resident, in bytes.
    func crowd(agents count: Int) async throws -> (duration: Duration, peakInBytes: Int) {
        try await workplace.settle()
        var peak = 0
        let duration = try await inCopy(count) { copy in
            let result = try await run(copy, count)
            peak = result.peakInBytes
            return result.duration
        }
        return (duration, peak)
    }

    /// What one agent does, in both contenders; `$1` is its number.
    private static let work = "echo \"work of agent $1\" >work-$1.txt && git add -A && git commit -q -m \"Do part $1\""

    private static func script(_ count: Int, width: Int) -> String {
        let start = """
            git worktree add -q --no-track -b agent-$1 ../trees/$1 main || exit 1
            (cd ../trees/$1 && \(work)) || exit 1
            """
        let end = "git worktree remove ../trees/$1 && git branch -q -d agent-$1"
        let merge = "git merge -q --no-ff --no-stat -m \"Merge agent $1\" agent-$1"
        if width == 1 {
            return
                "for agent in $(seq 1 \(count)); do set -- $agent\n\(start)\n\(merge) || exit 1\n\(end) || exit 1\ndone"
        }
        return """
            each() { seq 1 \(count) | xargs -P \(width) -I{} sh -ec "$1" sh {}; }
            each '\(start)' || exit 1
            for agent in $(seq 1 \(count)); do set -- $agent; \(merge) || exit 1; done
            each '\(end)'
            """
    }

    private func run(_ copy: String, _ count: Int) async throws -> (duration: Duration, peakInBytes: Int) {
        let memory = workplace.appending("memory")
        // The kernel keeps the peak in the process's own record, so reading that now and then is enough.
        let script = """
            '\(program)' run prompts/work.md --no-push --quiet --max-parallel \(count) >../run.log 2>&1 &
            runner=$!
            (while grep VmHWM /proc/$runner/status; do sleep 0.1; done) >'\(memory)' 2>/dev/null &
            watcher=$!
            wait $runner; status=$?
            kill $watcher
            [ $status -eq 0 ] || cat ../run.log >&2
            exit $status
            """
        let duration = try await workplace.shell(script, in: copy).duration
        let readings = (try? String(contentsOfFile: memory, encoding: .utf8)) ?? ""
        let peak = readings.split(separator: "\n").last?.split(whereSeparator: \.isWhitespace).dropFirst().first
        return (duration, (peak.flatMap { Int($0) } ?? 0) * 1_024)
    }

    /// Runs the body in a fresh copy that holds the task file, and checks that all work was merged and nothing is left.
    private func inCopy(_ count: Int, _ body: (String) async throws -> Duration) async throws -> Duration {
        let copy = workplace.appending("running/main")
        try await repository.copy(to: copy, in: workplace)
        try await workplace.shell(
            "mkdir -p prompts && git for-each-ref --format='delete %(refname)' refs/heads/agent | git update-ref --stdin",
            in: copy
        )
        try Self.taskFile(agents: count).write(toFile: copy + "/prompts/work.md", atomically: true, encoding: .utf8)
        try await workplace.shell("git add prompts && git commit -q -m 'Add the task file'", in: copy)
        try await workplace.settle()
        let duration = try await body(copy)
        let left = try await workplace.shell(
            """
            git rev-list --count --merges main; git ls-tree --name-only main | grep -c '^work-'
            git worktree list | wc -l; git branch --list | wc -l; ls work-*.txt | wc -l
            """,
            in: copy
        ).output.split(whereSeparator: \.isWhitespace)
        guard left == ["\(count)", "\(count)", "1", "1", "\(count)"] else {
            throw BenchmarkFailure("A whole run left an odd state (merges, files, worktrees, branches, files): \(left)")
        }
        try await workplace.shell("rm -rf running", in: workplace.folder)
        return duration
    }

    private static func taskFile(agents count: Int) -> String {
        var text = "---\nengine: script\n---\n# Benchmark: every agent commits one file\n\n## File Ownership\n\n"
        text += "| Agent | Files Owned |\n|-------|-------------|\n"
        for agent in 1...count { text += "| P\(agent) | `work-\(agent).txt` (NEW) |\n" }
        text += "\n## Launch All \(count) Agents (parallel)\n"
        for agent in 1...count {
            text += "\n### Agent P\(agent): Part \(agent)\n\n#### Build\n\n```bash\nset -- \(agent)\n\(work)\n```\n"
        }
        return text
    }
}
