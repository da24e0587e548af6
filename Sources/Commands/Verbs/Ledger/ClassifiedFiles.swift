import Agents
import Foundation
import RunModel
import Terminal

/// Says what files are, from their content and names alone.
struct ClassifiedFiles {
    let paths: [String]
    let json: Bool

    /// One file's answer.
    private struct Answer: Encodable {
        var file: String
        var ticketID: String?
        var blockerClass: BlockerClass
        var confidence: Double
        var needsHuman: Bool
        var action: TriageAction
        var evidence: [String]
        var findings: [Finding]

        private enum CodingKeys: String, CodingKey {
            case file, confidence, needsHuman, action, evidence, findings
            case ticketID = "ticketId"
            case blockerClass = "class"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            // Present also without a ticket, so that every line has the same keys.
            try container.encode(ticketID, forKey: .ticketID)
            try container.encode(blockerClass, forKey: .blockerClass)
            try container.encode(confidence, forKey: .confidence)
            try container.encode(needsHuman, forKey: .needsHuman)
            try container.encode(action, forKey: .action)
            try container.encode(evidence, forKey: .evidence)
            try container.encode(findings, forKey: .findings)
        }
    }

    /// Prints the answers; a file that is not there is told and makes the status 2.
    func show(in context: CommandContext) throws -> ExitStatus {
        var missing: [String] = []
        var table = Table([
            Table.Column("TICKET"), Table.Column("KIND"), Table.Column("SURE", alignment: .trailing),
            Table.Column("FOR"),
            Table.Column("ACTION"), Table.Column("FILE", isFlexible: true),
        ])
        for path in paths {
            let place = path.hasPrefix("/") ? path : context.workingDirectory + "/" + path
            guard let data = FileManager.default.contents(atPath: place) else {
                missing.append(path)
                continue
            }
            let reading = BlockerClassifier.classify([UInt8](data), fileName: path)
            let verdict = reading.verdict
            if json {
                try context.writeJSON(
                    Answer(
                        file: path,
                        ticketID: reading.ticket?.rawValue,
                        blockerClass: verdict.blockerClass,
                        confidence: verdict.confidence,
                        needsHuman: verdict.needsHuman,
                        action: verdict.action,
                        evidence: verdict.evidence,
                        findings: verdict.findings
                    )
                )
            } else {
                table.append([
                    StyledText(CleanText.line(reading.ticket?.rawValue ?? "-"), .bold),
                    StyledText(verdict.blockerClass.inWords),
                    StyledText("\(Int((verdict.confidence * 100).rounded())) %"),
                    verdict.needsHuman ? StyledText("a person", .yellow) : StyledText("agents"),
                    StyledText(verdict.action.rawValue), StyledText(CleanText.line(path), .dim),
                ])
            }
        }
        if !json { context.write(table) }
        guard !missing.isEmpty else { return .success }
        for path in missing { context.talk.writeLine("There is no readable file '\(CleanText.line(path))'.") }
        return .usage
    }
}
