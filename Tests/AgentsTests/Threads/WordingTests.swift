import Agents
import TestSupport
import Testing

@Suite("Wording")
struct WordingTests {
    @Test(
        "Text of ASCII alone is brought into the same form as text with other letters",
        arguments: SeededRandom.seeds(300)
    )
    func plainText(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let signs =
            Array("aAbzZ019 .,:;/-&+@_#%$'`*?!()\n\r\t\"~")
            + (0..<4).map { _ in
                Character(Unicode.Scalar(UInt8(random.int(in: 0...127))))
            }
        let text = String((0..<random.int(in: 0...60)).map { _ in random.pick(signs) })
        // A last word that is not ASCII takes the whole text the long way.
        #expect(Wording.folded(text + " é") == Wording.folded(text) + " e", "\(random): \(text.debugDescription)")
        for isMending in [false, true] {
            #expect(
                Wording.words(text + " é", isMending: isMending) == Wording.words(text, isMending: isMending) + ["e"],
                "\(random): \(text.debugDescription)"
            )
        }
    }
}
