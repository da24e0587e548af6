import Foundation

/// What the results depend on besides the code.
struct MachineFacts: Sendable {
    let processor: String
    let coreCount: Int
    let memoryInBytes: Int
    let fileSystem: String
    let system: String
    let versions: String
    let date: String

    /// - Parameters:
    ///   - workplace: whose file system counts.
    ///   - program: the program that is measured; without one the libraries' versions say enough.
    /// - Returns: the facts.
    /// - Throws: ``BenchmarkFailure`` when they cannot be read.
    static func read(for workplace: Workplace, program: String?) async throws -> MachineFacts {
        let facts = try await workplace.shell(
            """
            sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1
            nproc
            sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo
            findmnt -n -o FSTYPE,SOURCE,OPTIONS -T . | tr -s ' '
            sed -n 's/^PRETTY_NAME="\\(.*\\)"/\\1/p' /etc/os-release
            uname -sr
            git --version
            dpkg-query -W -f 'libgit2 ${Version}\\n' libgit2-dev 2>/dev/null || echo libgit2
            \(program.map { "'\($0)' --version" } ?? "echo")
            date -u +%Y-%m-%d
            """,
            in: workplace.folder
        ).output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard facts.count >= 10 else { throw BenchmarkFailure("The machine's facts cannot be read: \(facts)") }
        return MachineFacts(
            processor: facts[0].split(whereSeparator: \.isWhitespace).joined(separator: " "),
            coreCount: Int(facts[1]) ?? 1,
            memoryInBytes: (Int(facts[2]) ?? 0) * 1_024,
            fileSystem: facts[3].replacing("/dev/loop", with: "loop device "),
            system: "\(facts[4]), \(facts[5])",
            versions: [facts[6], facts[7], facts[8]].filter { !$0.isEmpty }.joined(separator: ", "),
            date: facts[9]
        )
    }

    /// A table for the page.
    func table(repeatedWith arguments: String) -> [String] {
        [
            "| | |",
            "| --- | --- |",
            "| Date | \(date) |",
            "| Processor | \(processor), \(coreCount) cores |",
            "| Memory | \(String(format: "%.1f GiB", Double(memoryInBytes) / Double(1 << 30))) |",
            "| File system | \(fileSystem) |",
            "| System | \(system) |",
            "| Versions | \(versions) |",
            "| Repeat with | `scripts/bench\(arguments.isEmpty ? "" : " " + arguments)` |",
        ]
    }
}
