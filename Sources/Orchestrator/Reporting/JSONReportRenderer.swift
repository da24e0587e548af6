import Foundation
import RunModel

/// Writes a report as JSON: snake_case keys in sorted order, seconds as numbers, full commit ids.
package enum JSONReportRenderer {
    /// The report's JSON with a line feed at the end.
    package static func render(_ report: Report) throws -> String {
        String(decoding: try JSONText.encode(report, isPretty: true), as: UTF8.self) + "\n"
    }
}
