/// The generations of one worker: the one that claims, and older ones whose work is not finished yet.
///
/// A claim whose answer was lost may have handed out jobs nobody knows of. Its generation claims no more, and is
/// retired when the work that is known of is settled: then the store takes back the rest.
struct WorkerRoster: Sendable {
    private(set) var current: WorkerGeneration?
    private var held: [WorkerGeneration: Int] = [:]

    /// All that need heartbeats.
    var generations: [WorkerGeneration] { held.keys.sorted() }

    mutating func register(_ generation: WorkerGeneration) {
        current = generation
        held[generation] = 0
    }

    mutating func delivered(_ count: Int, to generation: WorkerGeneration) {
        held[generation, default: 0] += count
    }

    /// Settlements have been answered.
    ///
    /// - Returns: generations that have nothing left and are to be retired.
    mutating func answered(_ settlements: [Settlement]) -> [WorkerGeneration] {
        for settlement in settlements where held[settlement.receipt.worker] != nil {
            held[settlement.receipt.worker, default: 0] -= 1
        }
        return dropEmpty()
    }

    /// The current generation may hold jobs nobody knows of.
    ///
    /// - Returns: generations that have nothing left and are to be retired.
    mutating func distrust() -> [WorkerGeneration] {
        current = nil
        return dropEmpty()
    }

    private mutating func dropEmpty() -> [WorkerGeneration] {
        let empty = held.filter { $0.key != current && $0.value <= 0 }.map(\.key).sorted()
        for generation in empty { held[generation] = nil }
        return empty
    }
}
