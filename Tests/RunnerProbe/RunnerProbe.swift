import ChildProcesses
import Glibc
import Locking

/// A program for tests of child processes: a keeper, and a runner that can be killed.
@main
enum RunnerProbe {
    /// - `keeper ...`: what the product's hidden mode does.
    /// - `run -- WORD...`: runs the command under a keeper and repeats its output.
    /// - `measure LIMIT -- WORD...`: runs the command with that line limit and prints lines, bytes and peak memory.
    static func main() async {
        let arguments = CommandLine.arguments
        if arguments.dropFirst().first == "keeper" { exit(Keeper.run(arguments: Array(arguments.dropFirst(2)))) }
        guard let split = arguments.firstIndex(of: "--"), let mode = arguments.dropFirst().first else { exit(64) }
        let command = ChildCommand(
            arguments: Array(arguments[(split + 1)...]),
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
            workingDirectory: "/"
        )
        switch mode {
        case "run": await run(command, keeper: [arguments[0], "keeper"])
        case "measure": await measure(command, lineLimit: Int(arguments[2]) ?? 1 << 20)
        default: exit(64)
        }
    }

    private static func run(_ command: ChildCommand, keeper: [String]) async {
        _ = try? await ChildRunner(keeper: keeper).run(command) { _, line in say(line) }
    }

    private static func measure(_ command: ChildCommand, lineLimit: Int) async {
        let totals = Lock((lines: 0, bytes: 0))
        _ = try? await ChildRunner().run(command, limits: ChildLimits(lineLengthInBytes: lineLimit)) { _, line in
            totals.withLock { $0 = ($0.lines + 1, $0.bytes + line.utf8.count) }
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let (lines, bytes) = totals.withLock { ($0.lines, $0.bytes) }
        say("\(lines) \(bytes) \(usage.ru_maxrss)")
    }

    private static func say(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
