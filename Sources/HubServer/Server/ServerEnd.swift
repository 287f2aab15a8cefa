import HubCore
import Logging

/// Says once that the server ends before its connections have: its time is up, or the whole hub is being cancelled.
final class ServerEnd: Sendable {
    private let open: OpenConnections
    private let log: Logger
    private let forced = Locked(false)

    init(_ open: OpenConnections, log: Logger) {
        (self.open, self.log) = (open, log)
    }

    var isForced: Bool { forced.withLock { $0 } }

    func force() {
        let isFirst = forced.withLock { isForced in
            defer { isForced = true }
            return !isForced
        }
        let count = open.count
        guard isFirst, count > 0 else { return }
        log.notice("the time to end is up: connections were still open, and are cut off", metadata: ["connections": "\(count)"])
    }
}

/// Where the server library logs. What it calls errors once its end is forced is that end, of which ``ServerEnd`` tells.
struct LibraryLogHandler: LogHandler {
    private var base: any LogHandler
    private let end: ServerEnd

    init(_ base: any LogHandler, until end: ServerEnd) {
        (self.base, self.end) = (base, end)
    }

    var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }
    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level >= .warning, end.isForced || Task.isCancelled else { return base.log(event: event) }
        guard base.logLevel <= .debug else { return }
        var event = event
        event.level = .debug
        base.log(event: event)
    }
}
