/// The commands that make a fresh connection usable, and what their replies mean.
///
/// Pure. All are sent at once; the last is a PING, which finds servers that still load or want a password.
struct LogIn {
    enum Progress: Hashable {
        case more
        case done
        /// The server refused; `reply` is what it wrote.
        case refused(step: String, reply: String)
    }

    private struct Step {
        let name: String
        let command: RedisCommand
    }

    private var steps: [Step] = []
    private var answered = 0
    private var isTaken = false

    init(url: RedisURL, clientName: String?) {
        if let password = url.password {
            // The form with a user is unknown before Redis 6; without a user the older form does.
            let arguments: [RedisArgument] = (url.user.map { [.text($0)] } ?? []) + [.text(password)]
            steps.append(Step(name: "the password", command: RedisCommand("AUTH", arguments: arguments)))
        }
        if let clientName {
            let command = RedisCommand("CLIENT", "SETNAME", .text(clientName))
            steps.append(Step(name: "the client's name", command: command))
        }
        if url.database != 0 {
            let command = RedisCommand("SELECT", .integer(url.database))
            steps.append(Step(name: "database \(url.database)", command: command))
        }
        steps.append(Step(name: "the connection", command: RedisCommand("PING")))
    }

    /// What to send; all of it the first time, then nothing.
    mutating func takeOutput() -> [UInt8] {
        guard !isTaken else { return [] }
        isTaken = true
        return steps.flatMap(\.command.encoded)
    }

    mutating func receive(_ reply: RedisValue) -> Progress {
        guard answered < steps.count else { return .more }
        let step = steps[answered]
        answered += 1
        if case .failure(let text) = reply { return .refused(step: step.name, reply: text) }
        return answered == steps.count ? .done : .more
    }
}
