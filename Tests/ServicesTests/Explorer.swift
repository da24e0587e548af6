/// Visits every state that some moves can lead to, shortest ways first, and looks for one that breaks a promise.
///
/// The moves of a world are those of all its actors: their interleavings, lost answers and crashes are all taken.
struct Explorer<World: Hashable> {
    struct Move {
        let name: String
        let world: World
    }

    struct Report {
        var states = 0
        /// States from which nothing moves.
        var ends = 0
        /// The promise that is broken, and the moves that lead there.
        var violation: String?
    }

    let moves: (World) -> [Move]
    /// What is wrong with a world, or `nil`.
    let complaint: (World) -> String?

    func explore(from start: World, limit: Int) -> Report {
        var report = Report()
        var known: [World: Int] = [start: 0]
        var visited: [(world: World, parent: Int, name: String)] = [(start, 0, "start")]
        var next = 0
        while next < visited.count {
            let world = visited[next].world
            report.states += 1
            if let complaint = complaint(world) {
                report.violation = complaint + " after " + way(to: next, visited)
                return report
            }
            guard report.states <= limit else {
                report.violation = "there are more than \(limit) states"
                return report
            }
            let moves = moves(world)
            if moves.isEmpty { report.ends += 1 }
            for move in moves where known[move.world] == nil {
                known[move.world] = visited.count
                visited.append((move.world, next, move.name))
            }
            next += 1
        }
        return report
    }

    private func way(to index: Int, _ visited: [(world: World, parent: Int, name: String)]) -> String {
        var (index, names) = (index, [String]())
        while index != 0 {
            names.append(visited[index].name)
            index = visited[index].parent
        }
        return names.reversed().joined(separator: ", ")
    }
}
