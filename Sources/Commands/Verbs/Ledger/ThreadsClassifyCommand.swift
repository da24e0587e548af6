import Agents
import ArgumentParser
import Foundation
import RunModel
import Terminal

/// `switchyard threads classify`.
struct ThreadsClassifyCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Say what each message of threads is; changes nothing.",
        discussion: """
            Reads a file with threads - a whole 'decisions.json', a list of threads, or one thread - and says of every \
            message of a person what it is:

              question          asks for information; somebody has to answer first
              decision          says what shall be done
              skip              wants nothing done, or not now
              bare_option       only points: 'option 2', 'yes', 'the recommended one'
              acknowledgement   says that something was read
              other             a remark, a pasted log, a fact

            A bare option comes with the whole text of the option it points at, from the list that the thread showed \
            last or from the finding. Findings are read from '--findings', or from a 'findings.json' beside the file.

            Works in any folder, also outside of a repository.

            EXAMPLES:
              switchyard threads classify data/decisions.json
              switchyard threads classify thread.json --json
              jq '.threads[3]' data/decisions.json | switchyard threads classify -

            EXIT STATUS: 0 done, 2 the file cannot be read or holds no JSON.
            """
    )

    @Argument(help: ArgumentHelp("The file with the threads; '-' is standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("A file with the findings the threads are about.", valueName: "file"))
    var findings: String?

    @Flag(help: "Print one JSON object: the threads, and of each what its messages are.")
    var json = false

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let document = try await LedgerDocument.read(file, in: context)
        var options: [String: [DecisionOption]] = [:]
        if let path = findingsPath(in: context) {
            options = ThreadFile.options(in: try await LedgerDocument.read(path, in: context))
        }
        let reviews = ThreadFile.reviews(in: document, options: options)
        if json {
            try context.writeJSON(["threads": reviews.map(ThreadReviewDocument.init)])
            return .success
        }
        guard !reviews.isEmpty else {
            context.talk.writeLine("There is no thread in '\(file)'.")
            return .success
        }
        var table = Table([
            Table.Column("THREAD"), Table.Column("#", alignment: .trailing), Table.Column("KIND"),
            Table.Column("SURE", alignment: .trailing),
            Table.Column("POINTS AT", isFlexible: true),
        ])
        for review in reviews {
            for reading in review.readings {
                guard let kind = reading.kind else { continue }
                table.append([
                    StyledText(CleanText.line(review.id), .bold), StyledText("\(reading.index)"),
                    StyledText(kind.rawValue),
                    StyledText("\(Int((reading.confidence * 100).rounded())) %"),
                    StyledText(CleanText.line(reading.options.map(\.label).joined(separator: " + ")), .dim),
                ])
            }
        }
        context.write(table)
        let open = reviews.filter(\.needsAnswer)
        context.talk.writeLine("\(QuantityText.counted(reviews.count, "thread")); \(open.count) need an answer.")
        return .success
    }

    private func findingsPath(in context: CommandContext) -> String? {
        if let findings { return findings }
        guard file != "-" else { return nil }
        let beside = (context.absolute(file) as NSString).deletingLastPathComponent + "/findings.json"
        return beside != context.absolute(file) && FileManager.default.fileExists(atPath: beside) ? beside : nil
    }
}

/// One thread as `threads` prints it.
struct ThreadReviewDocument: Encodable {
    struct Message: Encodable {
        var index: Int
        var role: String
        var kind: MessageKind?
        var confidence: Double?
        /// The whole text of what it points at; several joined by ` + `.
        var option: String?
        var options: [Option]?
        var evidence: String?
    }

    struct Option: Encodable {
        var id: String
        var label: String
    }

    var findingId: String
    var status: String
    var needsAnswer: Bool
    var need: ThreadReview.Need
    var decision: String?
    var messages: [Message]

    init(_ review: ThreadReview) {
        findingId = review.id
        status = review.status.rawValue
        needsAnswer = review.needsAnswer
        need = review.need
        decision = review.choice?.text
        messages = review.readings.map { reading in
            Message(
                index: reading.index,
                role: reading.role,
                kind: reading.kind,
                confidence: reading.kind == nil ? nil : reading.confidence,
                option: reading.options.isEmpty ? nil : reading.options.map(\.label).joined(separator: " + "),
                options: reading.options.isEmpty ? nil : reading.options.map { Option(id: $0.id, label: $0.label) },
                evidence: reading.evidence.isEmpty ? nil : reading.evidence
            )
        }
    }
}

extension LedgerDocument {
    /// Reads a file that a person named.
    static func read(_ path: String, in context: CommandContext) async throws -> LedgerDocument {
        let bytes: [UInt8]
        if path == "-" {
            bytes = try await context.input.load(limitInBytes: 64 << 20)
        } else {
            guard let data = FileManager.default.contents(atPath: context.absolute(path)) else {
                throw CommandFailure.usage(
                    "The file '\(path)' cannot be read.",
                    hint: "Is the name right, and may you read it?"
                )
            }
            bytes = Array(data)
        }
        do {
            return try LedgerDocument(parsing: bytes)
        } catch {
            throw CommandFailure.usage(
                "\(path):\(error.line):\(error.column): the file is no JSON: \(error.message).",
                hint: "Mend the file; nothing was changed."
            )
        }
    }
}

extension CommandContext {
    /// An absolute path for one as it was typed.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : (workingDirectory as NSString).appendingPathComponent(path)
    }
}
