/// One job and the ways to do it that are compared.
struct Contest {
    /// One way to do the job.
    struct Contender {
        let name: String
        /// Does the job once and gives the time of that part alone: what comes before and after it is not counted.
        let measure: (_ round: Int) async throws -> Duration
    }

    let title: String
    /// The first one is Switchyard; the others are compared with it.
    let contenders: [Contender]
    /// How many times as long each of the others is to take, by name.
    var targets: [String: Double] = [:]
    /// What a time is divided by for the table, as with times per agent.
    var share: Int = 1

    /// Takes turns: every round runs every contender once, and each round another one begins.
    func run(rounds: Int, settling workplace: Workplace) async throws -> ContestResult {
        var series = [Series](repeating: Series(), count: contenders.count)
        for round in 0..<rounds {
            for offset in contenders.indices {
                let index = (round + offset) % contenders.count
                try await workplace.settle()
                series[index].append(try await contenders[index].measure(round) / share)
            }
        }
        return ContestResult(title: title, names: contenders.map(\.name), series: series, targets: targets)
    }
}

/// What a contest came to.
struct ContestResult: Sendable {
    let title: String
    let names: [String]
    /// One per contender, in the order of the names.
    let series: [Series]
    let targets: [String: Double]

    /// How many times as long a contender took as the first one.
    func ratio(_ index: Int) -> Double { series[0].ratio(of: series[index]) }

    /// Whether the contender's target was met; `nil` without one.
    func isMet(_ index: Int) -> Bool? { targets[names[index]].map { ratio(index) >= $0 } }
}
