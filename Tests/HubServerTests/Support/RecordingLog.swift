import HubCore
import Logging

/// Keeps all that is logged, whatever its level.
final class RecordingLog: Sendable {
    private let lines = Locked([String]())

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger { logger(.trace) }

    func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "recording") { _ in Handler(log: self) }
        logger.logLevel = level
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(log: RecordingLog) {
            self.log = log
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = metadata.merging(event.metadata ?? [:]) { $1 }
            log.lines.withLock { $0.append("\(event.level) \(event.message) \(values)") }
        }
    }
}
