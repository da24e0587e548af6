import Foundation
import Glibc

/// Takes the processor time of this process and of a server with all its processes.
struct ProcessorMeter: Sendable {
    /// The server's first process; its children count as well.
    let server: pid_t?

    private static let itself = __rusage_who_t(RUSAGE_SELF.rawValue)
    private static let children = __rusage_who_t(RUSAGE_CHILDREN.rawValue)

    /// Seconds of processor time that this process has used; what a loop in memory takes of it does not depend on what
    /// else the machine does.
    static var ownSeconds: Double { own(itself) / .seconds(1) }

    /// Runs work of this process and takes its time and cost.
    func measure(_ count: Int, _ work: () async throws -> Void) async throws -> Effort {
        let before = (Self.own(Self.itself), serverTime)
        let start = ContinuousClock.now
        try await work()
        let duration = ContinuousClock.now - start
        let after = (Self.own(Self.itself), serverTime)
        return Effort(
            count: count,
            duration: duration,
            clientTime: after.0 - before.0,
            serverTime: server == nil ? nil : after.1 - before.1
        )
    }

    /// Runs a child process that says itself how much it did and how long that took.
    func measureChild(_ work: () async throws -> Effort) async throws -> Effort {
        let before = (Self.own(Self.children), serverTime)
        var effort = try await work()
        let after = (Self.own(Self.children), serverTime)
        if effort.clientTime == nil { effort.clientTime = after.0 - before.0 }
        if server != nil { effort.serverTime = after.1 - before.1 }
        return effort
    }

    private static func own(_ who: __rusage_who_t) -> Duration {
        var usage = rusage()
        getrusage(who, &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return .seconds(seconds) + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }

    /// Of the server's process, its children, and those of them that have ended.
    private var serverTime: Duration {
        guard let server else { return .zero }
        let path = "/proc/\(server)/task/\(server)/children"
        let children = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let ticks =
            Self.ticks(server, withEnded: true)
            + children.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
            .reduce(0) { $0 + Self.ticks($1, withEnded: false) }
        return .seconds(1) * ticks / sysconf(Int32(_SC_CLK_TCK))
    }

    private static func ticks(_ process: pid_t, withEnded: Bool) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        // After the name: state is field 3; 14 to 17 are the times of the process and of its ended children.
        let fields = text[text.index(after: end)...].split(separator: " ").map { Int($0) ?? 0 }
        guard fields.count > 14 else { return 0 }
        return fields[11] + fields[12] + (withEnded ? fields[13] + fields[14] : 0)
    }
}
