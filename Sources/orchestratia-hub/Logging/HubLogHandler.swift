import Foundation
import HubCore
import HubService
import Logging

/// Writes log lines to standard error, as text for people or as JSON for machines. Every line passes the redactor: no key or token
/// is ever written, wherever it came from.
struct HubLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let label: String
    let format: HubConfiguration.LogFormat

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.map { ($0.key, Redactor.redact("\($0.value)")) }.sorted { $0.0 < $1.0 }
        let time = Timestamp(Date()).description
        let message = Redactor.redact("\(event.message)")
        let line =
            switch format {
            case .text:
                "\(time) \(event.level.rawValue.uppercased()) \(message)"
                    + fields.map { " \($0.0)=\($0.1.contains(" ") ? "\"\($0.1)\"" : $0.1)" }.joined()
            case .json:
                JSONValue.object(
                    [
                        .init("time", .string(time)), .init("level", .string(event.level.rawValue)), .init("logger", .string(label)),
                        .init("message", .string(message)),
                    ] + fields.map { .init($0.0, .string($0.1)) }
                ).text
            }
        // One write, so that lines of several threads do not mix. A log that cannot be written stops nobody's work.
        try? FileHandle.standardError.write(contentsOf: Data((line.filter { $0 != "\0" } + "\n").utf8))
    }

    static func logger(_ configuration: HubConfiguration) -> Logger {
        Logger(label: "orchestratia") { label in
            HubLogHandler(logLevel: configuration.logLevel, label: label, format: configuration.logFormat)
        }
    }
}
