import HubCore
import Logging
import WireProtocol

/// Reports that must reach the hub: numbered, on disk, sent again after a break until the hub says that it has them
/// (agent protocol, section 12, `reports`).
actor ReportSpool {
    private struct Report {
        let number: Int64
        let message: DaemonMessage
    }

    /// Most reports that are kept; the oldest go first, and among them those that only summarise.
    static let maximum = 2000
    private let path: String
    private let outgoing: Outgoing
    private let log: Logger
    private var last: Int64 = 0
    private var reports: [Report] = []
    /// `nil` without a connection; `false` if its hub does not number reports.
    private var isNumbered: Bool?
    /// The last report that went out on this connection.
    private var sent: Int64 = 0

    init(path: String, outgoing: Outgoing, log: Logger) async {
        (self.path, self.outgoing, self.log) = (path, outgoing, log)
        guard let bytes = await Disk.read(path), let json = try? JSONValue(parsing: bytes) else { return }
        // A file that somebody has changed counts from where numbers can still grow.
        last = min(max(json["last"]?.int.map(Int64.init) ?? 0, 0), 1 << 53)
        for item in json["reports"]?.array ?? [] {
            guard let frame = try? DaemonFrame(json: item), let number = frame.reportNumber else { continue }
            reports.append(Report(number: number, message: frame.message))
        }
    }

    /// Keeps the report until the hub has it. It is on disk before it is sent: a number that the hub has seen is never given to
    /// another report, also not after a crash.
    func add(_ message: DaemonMessage) async {
        // One that the connection does not take any more waits for the next.
        if isNumbered == false && outgoing.send(message) { return }
        last += 1
        reports.append(Report(number: last, message: message))
        shorten()
        let number = last
        await save()
        send(upTo: number)
    }

    /// In order, whichever was written first.
    private func send(upTo number: Int64) {
        guard isNumbered == true else { return }
        for report in reports where report.number > sent && report.number <= number {
            outgoing.send(report.message, reportNumber: report.number)
        }
        sent = max(sent, number)
    }

    /// A connection stands: what its hub has not stored goes out again, in order.
    func connected(isNumbered: Bool, resumeFrom: Int64) async {
        self.isNumbered = isNumbered
        if isNumbered {
            reports.removeAll { $0.number <= resumeFrom }
            last = max(last, resumeFrom)
            sent = resumeFrom
            let number = last
            await save()
            send(upTo: number)
        } else {
            for report in reports { outgoing.send(report.message) }
            reports = []
            await save()
        }
    }

    func disconnected() { isNumbered = nil }

    func stored(upTo number: Int64) async {
        let before = reports.count
        reports.removeAll { $0.number <= number }
        if reports.count != before { await save() }
    }

    var pending: [DaemonMessage] { reports.map(\.message) }

    private func shorten() {
        guard reports.count > Self.maximum else { return }
        let index = reports.firstIndex { if case .sessionSummary = $0.message { true } else { false } } ?? 0
        reports.remove(at: index)
    }

    private func save() async {
        let items = reports.map { DaemonFrame($0.message, reportNumber: $0.number).json }
        let bytes = JSONValue.object([.init("last", JSONValue(last)), .init("reports", .array(items))]).bytes
        do {
            try await Disk.perform { [path] in try PrivateFile.write(bytes, to: path) }
        } catch {
            log.error("reports cannot be kept on disk", metadata: ["why": "\(error)"])
        }
    }
}
