import Agents
import Testing

@Suite("Masking of secrets")
struct SecretMaskTests {
    /// Put together here, so that no scanner of this repository takes them for real ones.
    private static let secrets = [
        "AKIA" + "ABCDEFGHIJKLMNOP", "ASIA" + "ABCDEFGHIJKLMNOP", "ghp_" + String(repeating: "a1", count: 18),
        "github_pat_" + String(repeating: "b2", count: 15), "glpat-" + String(repeating: "c3", count: 10),
        "xoxb-" + "1234567890-abcdef", "sk-" + String(repeating: "d4", count: 12),
        "sk-ant-" + String(repeating: "e5", count: 12), "sk_live_" + String(repeating: "f6", count: 8),
        "rk_test_" + String(repeating: "g7", count: 8), "whsec_" + String(repeating: "h8", count: 8),
        "AIza" + String(repeating: "i9", count: 17), "eyJ" + "hbGciOiJIUzI1" + "." + "eyJzdWIiOiIxMjM0" + ".sig-nature",
        "npm_" + String(repeating: "j1", count: 18),
        "SG." + String(repeating: "k2", count: 9) + "." + String(repeating: "l3", count: 9),
        "sbp_" + String(repeating: "m4", count: 12), "hf_" + String(repeating: "n5", count: 12),
        "Bearer " + "abcdef0123456789abcd",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
    ]

    @Test("What has the shape of a key is gone, wherever it stands", arguments: secrets)
    func shapes(secret: String) {
        #expect(SecretMask.mask(secret) == "[secret removed]")
        let masked = SecretMask.mask("Before\n(\(secret)) after, überall.")
        #expect(masked == "Before\n([secret removed]) after, überall.")
        #expect(SecretMask.holdsSecret("x \(secret)"))
    }

    @Test(
        "What a password stands behind is gone, and the rest of the line stays",
        arguments: [
            ("password: hunter22!", "password: [secret removed]"),
            ("DB_PASSWORD=Tr0ub4dor next", "DB_PASSWORD=[secret removed] next"),
            ("The api key is 9f8e7d6c5b", "The api key is [secret removed]"),
            ("\"client_secret\": \"q1w2e3r4\"", "\"client_secret\": \"[secret removed]\""),
            ("postgres://app:s3cr3t@db/x", "postgres://app:[secret removed]@db/x"),
        ]
    )
    func assignments(text: String, masked: String) {
        #expect(SecretMask.mask(text) == masked)
    }

    @Test(
        "Prose about secrets, placeholders and names of variables stay",
        arguments: [
            "The password is wrong, says the form.", "Set API_KEY=your-key-here first", "token: process.env.TOKEN",
            "secret: ${{ secrets.DEPLOY }}", "A monkey asks for the key.", "https://example.org/a@b", "skip the tests",
            "PASSWORD=changeme1",
        ]
    )
    func prose(text: String) {
        #expect(SecretMask.mask(text) == text)
        #expect(!SecretMask.holdsSecret(text))
    }
}
