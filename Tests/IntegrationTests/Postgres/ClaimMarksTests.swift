import Services
import TestSupport
import Testing

@testable import ServicesPostgres

@Suite("Claim marks")
struct ClaimMarksTests {
    private static func options() -> ClaimMarks.Options {
        var options = ClaimMarks.Options()
        options.busyCount = 3
        return options
    }

    private let start = ContinuousClock.now

    private func claim(
        _ id: Int64,
        _ priority: Int,
        _ marks: inout ClaimMarks,
        _ reading: ClaimMarks.Reading,
        count: Int = 1
    ) {
        let last = ClaimMarks.Last(due: StoreTime(microseconds: 7), job: JobID(id), count: count)
        marks.claimed(last, priority: priority, of: ExactName("q"), in: reading, now: start)
    }

    @Test("A quiet queue is always read from the front, a busy one from the last job gone")
    func busyQueuesUseMarks() {
        var marks = ClaimMarks(options: Self.options())
        let front = marks.reading(of: ["q"], now: start)
        #expect(!front.usesMarks)
        #expect(front.jobs == Array(repeating: 0, count: 10))
        claim(2, 5, &marks, front, count: 2)
        #expect(!marks.reading(of: ["q"], now: start).usesMarks)
        claim(3, 5, &marks, front)
        let marked = marks.reading(of: ["q", "other"], now: start)
        #expect(marked.usesMarks)
        #expect(marked.jobs[5] == 3 && marked.times[5] == 7)
        #expect(marked.jobs[4] == 0 && marked.times[4] == front.times[4])
        #expect(Array(marked.jobs[10...]) == Array(repeating: 0, count: 10))
    }

    @Test("At least once a second, and after a claim that was not filled, a busy queue is read from the front")
    func frontsAreReadAgain() {
        var marks = ClaimMarks(options: Self.options())
        claim(3, 0, &marks, marks.reading(of: ["q"], now: start), count: 3)
        _ = marks.reading(of: ["q"], now: start)
        #expect(!marks.mayRefill(["q"], now: start))
        #expect(marks.mayRefill(["q"], now: start + .milliseconds(100)))
        #expect(!marks.reading(of: ["q"], now: start + .milliseconds(100), isFull: true).usesMarks)
        #expect(!marks.mayRefill(["q"], now: start + .milliseconds(150)))
        #expect(marks.reading(of: ["q"], now: start + .milliseconds(200)).usesMarks)
        #expect(!marks.reading(of: ["q"], now: start + .milliseconds(1_100)).usesMarks)
    }

    @Test("A queue whose front takes long to read is read from there less often, but still every few seconds")
    func slowFrontsAreReadLess() {
        var marks = ClaimMarks(options: Self.options())
        let front = marks.reading(of: ["q"], now: start)
        claim(3, 0, &marks, front, count: 3)
        marks.took(.milliseconds(200), front)
        #expect(marks.reading(of: ["q"], now: start + .milliseconds(1_900)).usesMarks)
        let second = marks.reading(of: ["q"], now: start + .milliseconds(2_000))
        #expect(!second.usesMarks)
        marks.took(.seconds(60), second)
        #expect(marks.reading(of: ["q"], now: start + .milliseconds(6_900)).usesMarks)
        #expect(!marks.reading(of: ["q"], now: start + .milliseconds(7_000)).usesMarks)
    }

    @Test("While one claim reads from the front others go on from the mark, which moves back to what was found there")
    func frontReadingDisturbsNobody() {
        var marks = ClaimMarks(options: Self.options())
        claim(30, 0, &marks, marks.reading(of: ["q"], now: start), count: 3)
        let front = marks.reading(of: ["q"], now: start + .seconds(1))
        #expect(!front.usesMarks)
        let meanwhile = marks.reading(of: ["q"], now: start + .seconds(1))
        #expect(meanwhile.usesMarks && meanwhile.jobs[0] == 30)
        claim(31, 0, &marks, meanwhile)
        claim(29, 0, &marks, meanwhile)
        #expect(marks.reading(of: ["q"], now: start + .seconds(1)).jobs[0] == 31)
        // A late commit, or a job that came back.
        claim(12, 0, &marks, front)
        #expect(marks.reading(of: ["q"], now: start + .seconds(1)).jobs[0] == 12)
    }

    @Test("Texts with any scalars survive being stored, keep their order and their prefixes")
    func textsAreStored() {
        let texts = HostileNames.sorted(
            HostileNames.all + ["\u{1}", "\u{1}\u{1}", "\u{1}\u{2}", "\0\u{1}", "a\u{1}", ""]
        )
        let stored = texts.map(StoredText.encode)
        #expect(stored.allSatisfy { !$0.utf8.contains(0) })
        #expect(zip(stored, texts).allSatisfy { HostileNames.isSame(StoredText.decode($0), $1) })
        #expect(HostileNames.sorted(stored).elementsEqual(stored) { HostileNames.isSame($0, $1) })
        for text in texts {
            for other in texts {
                let isPrefix = Array(other.utf8).starts(with: Array(text.utf8))
                let isStoredPrefix = Array(StoredText.encode(other).utf8).starts(
                    with: Array(StoredText.encode(text).utf8)
                )
                #expect(isPrefix == isStoredPrefix, "\(text.debugDescription) \(other.debugDescription)")
            }
        }
    }

    @Test(
        "Messages survive the form of a notification, which never exceeds what the server takes",
        arguments: [0, 1, 2_000, 5_000]
    )
    func envelopesAreRead(size: Int) throws {
        for topic in HostileNames.all {
            let payload = [UInt8](repeating: 0xff, count: size)
            let message = PubSubMessage(topic: Topic(topic), payload: payload)
            #expect(MessageEnvelope.fits(message) || size == 5_000)
            for content in [MessageEnvelope.Content.payload(payload), .stored(.max)] {
                let envelope = MessageEnvelope(number: .max, topic: topic, content: content)
                #expect(envelope.text.utf8.count < 8_000)
                let read = try #require(MessageEnvelope(envelope.text))
                #expect(HostileNames.isSame(read.topic, topic))
                #expect(read.content == content)
            }
        }
        for garbage in ["", "x", "AAAA", "////////////////////////////"] { #expect(MessageEnvelope(garbage) == nil) }
    }
}
