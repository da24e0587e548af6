import Git
import RunModel

/// Decides what the collect rules append to what, and in which order.
///
/// Only files that an agent on the train added or changed are collected: a piece that an earlier run left in the
/// repository is in the target already.
struct CollectStep: Sendable {
    /// A regular file of the train's tree that an agent brought.
    struct Piece: Hashable, Sendable {
        var path: GitPath
        var agent: AgentID
        /// The agent's place on the train.
        var place: Int
    }

    /// The pieces of one rule, in the order they are appended.
    ///
    /// The order is that of the agents on the train, then that of the names, byte by byte. The target itself is never
    /// a piece.
    static func pieces(for rule: CollectRule, among brought: [Piece]) -> [Piece] {
        let set = PathSet(globs: [rule.pattern])
        let target = GitPath(rule.target)
        return brought.filter { set.contains($0.path) && $0.path != target }
            .sorted { ($0.place, $0.path) < ($1.place, $1.path) }
    }

    /// The target with the pieces after it, each on a line of its own.
    ///
    /// What the target holds is not changed, except that a last line without its newline gets one. A piece loses line
    /// endings beyond its last line, so that exactly one newline stands between two pieces. Empty pieces add nothing.
    static func joined(target: [UInt8], pieces: [[UInt8]]) -> [UInt8] {
        var result = target
        for piece in pieces {
            let text = trimmed(piece)
            if text.isEmpty { continue }
            if let last = result.last, last != newline { result.append(newline) }
            result += text
        }
        return result
    }

    /// The piece up to its last line, ended by one newline of its own kind.
    static func trimmed(_ piece: [UInt8]) -> [UInt8] {
        guard let last = piece.lastIndex(where: { $0 != newline && $0 != carriageReturn }) else { return [] }
        let isWindows = piece[(last + 1)...].starts(with: [carriageReturn, newline])
        return piece[...last] + (isWindows ? [carriageReturn, newline] : [newline])
    }

    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
