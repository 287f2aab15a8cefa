import Dispatch
import Foundation

/// SIGTERM and SIGINT, as something to wait for. SIGPIPE is ignored: a peer that goes away is an error, not an end.
struct TerminationSignals {
    private let stream: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        signal(SIGPIPE, SIG_IGN)
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { @Sendable in continuation.yield(number) }
            source.activate()
            return source
        }
    }

    func first() async {
        for await _ in stream { return }
    }
}
