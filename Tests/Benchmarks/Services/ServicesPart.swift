/// The lines of the page about the services.
struct ServicesPart {
    let machine: MachineFacts
    let rounds: Int
    let arguments: String
    let versions: String
    let rows: [ServiceRow]

    var lines: [String] {
        let missed = rows.filter { $0.isMet == false }.map(\.claim)
        let targets = rows.count { $0.isMet != nil }
        return machine.table(repeatedWith: arguments) + [
            "| Compared with | \(versions) |",
            "",
            "Median, least and greatest of \(rounds) rounds. In a round every contender works once, in turns, and each round",
            "another one begins. A rate is of what the first column names; the ratio is Switchyard's rate (the first line)",
            "divided by that line's in the same round, and of those the median: 0.65 of `pgbench` means that Switchyard did 65",
            "where bare statements without a service around them did 100. Processor time is that of the program and, after the",
            "plus sign, that of the server. Servers run on the same machine, with fsync on and their data on a real disk:",
            "PostgreSQL with 1 GB of shared buffers, Redis without persistence, both over a unix socket.",
            "",
        ] + ServiceRow.head + rows.map(\.text) + [
            "",
            "\(targets - missed.count) of \(targets) targets are met."
                + (missed.isEmpty ? "" : " Missed:"),
        ] + (missed.isEmpty ? [] : [""] + missed.map { "- " + $0 })
    }
}
