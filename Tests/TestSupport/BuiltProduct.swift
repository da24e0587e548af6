import Foundation

/// The program as this test build made it.
package enum BuiltProduct {
    /// No executable stands beside the test bundle.
    package struct Missing: Error, CustomStringConvertible {
        package var path: String

        package var description: String {
            "no executable at '\(path)': build it with `swift build --build-tests` and run the tests from that build"
        }
    }

    /// Absolute path of the built `switchyard` executable, which stands in the same folder as the test bundle.
    package static func switchyard() throws -> String { try executable("switchyard") }

    /// Absolute path of an executable of this package that stands in the same folder as the test bundle.
    package static func executable(_ name: String) throws -> String {
        let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: running).deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }

    /// What every built program needs in its environment: quiet crashes, and the options of the sanitizer that it is
    /// built with as its tests are.
    package static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    }
}
