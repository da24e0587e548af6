/// Something that can be done so many times a second, and the ways to do it that are compared.
struct RateContest {
    struct Contender {
        let name: String
        /// Does it some thousand times; counts only the part that is compared.
        let measure: () async throws -> Effort
    }

    /// The number of the requirement, such as `J1`.
    let number: String
    let title: String
    /// The first one is Switchyard; the others are compared with it.
    let contenders: [Contender]
    /// What part of each of the others' rate is to be reached, by name.
    var targets: [String: Double] = [:]

    /// Takes turns: every round runs every contender once, and each round another one begins.
    func run(rounds: Int, settling workplace: Workplace) async throws -> [ServiceRow] {
        var efforts = [[Effort]](repeating: [], count: contenders.count)
        for round in 0..<rounds {
            for offset in contenders.indices {
                let index = (round + offset) % contenders.count
                try await workplace.settle()
                efforts[index].append(try await contenders[index].measure())
            }
        }
        let series = efforts.map { efforts in
            efforts.reduce(into: Series()) { series, effort in series.append(effort.timeEach) }
        }
        return contenders.indices.map { index in
            row(index, efforts[index], ratio: index == 0 ? nil : series[0].ratio(of: series[index]))
        }
    }

    private func row(_ index: Int, _ efforts: [Effort], ratio: Double?) -> ServiceRow {
        let rates = efforts.map(\.rate).sorted()
        let name = contenders[index].name
        var row = ServiceRow(number: index == 0 ? number : "", what: index == 0 ? title : "", how: name)
        row.median = ServiceRow.rate(Series.median(rates))
        row.least = ServiceRow.rate(rates.first ?? 0)
        row.greatest = ServiceRow.rate(rates.last ?? 0)
        let costs = [efforts.compactMap(\.clientCost), efforts.compactMap(\.serverCost)].filter { !$0.isEmpty }
        row.costs = costs.map { Series.median($0) }
        row.cost = row.costs.map(ServiceRow.cost).joined(separator: " + ")
        if let ratio { row.ratio = ServiceRow.ratio(ratio) }
        if let ratio, let target = targets[name] {
            row.target = ServiceRow.ratio(target)
            row.isMet = ratio >= target
            row.claim = "\(number) \(title): \(row.ratio) of `\(name)`, where \(row.target) is wanted"
        }
        return row
    }
}
