import Glibc
import Locking

/// Decides, while another process holds the file, whether to look again.
///
/// Sleeps are short and random: SQLite's own busy time-out sleeps ever longer and starves a process among busy others.
/// The sleep blocks the connection's dispatch thread, which has nothing else to do.
final class BusyWait: Sendable {
    private struct State {
        var isWanted: (@Sendable () -> Bool)?
        var rounds = 0
    }

    private static let sleepInMicroseconds: ClosedRange<UInt32> = 100...1_200

    private let state = Lock(State())

    /// Sets who says whether somebody still waits for the file.
    func ask(_ isWanted: @escaping @Sendable () -> Bool) {
        state.withLock { $0.isWanted = isWanted }
    }

    /// Sleeps for a moment; `false` when nobody waits any more.
    func pause() -> Bool {
        let isWanted = state.withLock { state in
            state.rounds += 1
            return state.isWanted
        }
        guard isWanted?() ?? true else { return false }
        usleep(.random(in: Self.sleepInMicroseconds))
        return true
    }

    /// Whether the file was held by others since the last question.
    func takeContention() -> Bool {
        state.withLock { state in
            defer { state.rounds = 0 }
            return state.rounds > 0
        }
    }
}
