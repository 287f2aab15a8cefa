import Foundation

/// Asks for one bot's updates, over and over, and hands each batch to a handler that stores it.
///
/// At least once: the offset moves only when the handler has returned it, so whatever was not stored comes again. Offsets are used as the
/// handler gives them and never compared: after a week without updates Telegram may number from anywhere. A failure never ends the loop
/// and never makes it spin; what is wrong can be read from ``PollStatus``.
package struct UpdatePoller: Sendable {
    /// Fetches from an offset on, waiting so many seconds.
    package typealias Fetch = @Sendable (_ offset: Int64?, _ timeout: Int) async throws -> UpdateBatch

    /// Stores a batch that holds something, be it only ``UpdateBatch/unidentifiable`` elements, and returns the next offset, usually ``UpdateBatch/nextOffset``; `nil` keeps the old one.
    package typealias Handler = @Sendable (UpdateBatch) async throws -> Int64?

    private let timeout: Int
    private let timing: PollTiming
    private let fetch: Fetch
    private let report: @Sendable (PollStatus) -> Void
    private let removeWebhook: (@Sendable () async throws -> Void)?

    /// - Parameters:
    ///   - timeout: seconds that the server waits for news, 0–50.
    ///   - report: is told of every change, in order; must be quick.
    ///   - removeWebhook: takes away the webhook that a poll met, and nothing that waits to be heard (Bot API, `deleteWebhook`). Called
    ///     until it has succeeded once: a webhook that comes back is set by somebody, and only reported.
    package init(
        timeout: Int = 50, timing: PollTiming = PollTiming(), report: @escaping @Sendable (PollStatus) -> Void = { _ in },
        removeWebhook: (@Sendable () async throws -> Void)? = nil, fetch: @escaping Fetch
    ) {
        (self.timeout, self.timing, self.fetch, self.report, self.removeWebhook) = (timeout, timing, fetch, report, removeWebhook)
    }

    package init(
        client: BotAPIClient, allowed: [UpdateKind] = UpdateKind.allCases, timeout: Int = 50, timing: PollTiming = PollTiming(),
        report: @escaping @Sendable (PollStatus) -> Void = { _ in }, removeWebhook: (@Sendable () async throws -> Void)? = nil
    ) {
        self.init(timeout: timeout, timing: timing, report: report, removeWebhook: removeWebhook) { offset, timeout in
            try await client.updates(from: offset, timeout: timeout, allowed: allowed)
        }
    }

    /// Polls until the task is cancelled or the transport shut down.
    package func run(from offset: Int64?, _ handler: @escaping Handler) async {
        var loop = Loop(offset: offset)
        while !Task.isCancelled {
            let started = timing.now()
            do {
                let batch = try await poll(from: loop.offset)
                try await take(batch, startedAt: started, &loop, handler)
            } catch is CancellationError {
                break
            } catch {
                if error as? BotAPIError == .conflict(.webhook), await removesWebhook(&loop) { continue }
                let pause = loop.failed(error, timing)
                report(loop.status)
                guard let pause else { continue }
                do { try await timing.sleep(pause.length, pause.purpose) } catch { break }
            }
        }
        loop.status.state = .stopped
        report(loop.status)
    }

    /// Whether the webhook that is in the way was taken away just now.
    private func removesWebhook(_ loop: inout Loop) async -> Bool {
        guard let removeWebhook, !loop.hasRemovedWebhook else { return false }
        // Where it fails the conflict is reported, and the next one brings another try.
        do { try await removeWebhook() } catch { return false }
        loop.hasRemovedWebhook = true
        return true
    }

    private func take(_ batch: UpdateBatch, startedAt started: Date, _ loop: inout Loop, _ handler: Handler) async throws {
        let now = timing.now()
        loop.status.lastFinished = now
        loop.status.consecutiveFailures = 0
        loop.conflicts = 0
        loop.hasRetriedAtOnce = false
        let old = loop.offset
        if !batch.updates.isEmpty || batch.unidentifiable > 0 {
            do {
                if let next = try await handler(batch) { loop.offset = next }
            } catch is CancellationError where Task.isCancelled {
                throw CancellationError()
            } catch {
                throw NotStored()
            }
            loop.notStored = 0
        }
        // Nothing new and at once: once in a while that happens, in a row it is a server that does not wait.
        let isIdle = loop.offset == old && (!batch.updates.isEmpty || batch.unidentifiable > 0 || now.timeIntervalSince(started) < 0.5)
        loop.idleAnswers = isIdle ? loop.idleAnswers + 1 : 0
        let isStuck = loop.idleAnswers > 2 && timeout > 0
        loop.status.state = isStuck ? .backingOff(.noProgress) : .polling
        report(loop.status)
        if isStuck { try await timing.sleep(timing.backOff(loop.idleAnswers - 2), .backOff) }
    }

    /// One poll, given up after three times its length: then its connection hangs in a way that no timeout of its own has seen.
    private func poll(from offset: Int64?) async throws -> UpdateBatch {
        let outcome = FirstOutcome<UpdateBatch>()
        // Neither task is awaited: a call that does not end even when it is cancelled must not hold up the next one. A late result is dropped,
        // which loses nothing, as nothing has confirmed it.
        let call = Task { [fetch, timeout] in
            do { outcome.settle(.success(try await fetch(offset, timeout))) } catch { outcome.settle(.failure(error)) }
        }
        let watchdog = Task { [timing, timeout] in
            // An error here is the cancellation below.
            guard (try? await timing.sleep(.seconds(3 * max(timeout, 5)), .watchdog)) != nil else { return }
            outcome.settle(.failure(Hung()))
        }
        defer {
            call.cancel()
            watchdog.cancel()
        }
        return try await withTaskCancellationHandler {
            try await outcome.value()
        } onCancel: {
            outcome.settle(.failure(CancellationError()))
        }
    }

    private struct Hung: Error {}
    private struct NotStored: Error {}

    /// What the loop remembers from one poll to the next.
    private struct Loop {
        var offset: Int64?
        var status = PollStatus()
        var conflicts = 0
        var notStored = 0
        var idleAnswers = 0
        var hasRetriedAtOnce = false
        var hasRemovedWebhook = false

        init(offset: Int64?) { self.offset = offset }

        /// Notes a failure and says how long to wait; `nil`: not at all.
        mutating func failed(_ error: any Error, _ timing: PollTiming) -> (length: Duration, purpose: PollTiming.Purpose)? {
            if error is NotStored {
                notStored += 1
                status.state = .backingOff(.notStored)
                return (timing.backOff(notStored), .backOff)
            }
            let known = error as? BotAPIError
            if case .retryAfter(let seconds)? = known {
                status.state = .backingOff(.failed(.retryAfter(seconds)))
                return (.seconds(seconds), .backOff)
            }
            status.consecutiveFailures += 1
            switch known {
            case .conflict(let conflict)?:
                conflicts += 1
                status.state = .conflict(conflict)
                // Above the 3 s within which the server punishes a second conflict.
                return (.seconds(min(5 << min(conflicts - 1, 4), 60)), .conflict)
            case .unauthorized?:
                status.state = .unauthorized
                return (.seconds(300), .unauthorized)
            case .transport(let failure)? where failure.delivery == .maybeSent && !hasRetriedAtOnce:
                // A connection kept from before that had died is routine.
                hasRetriedAtOnce = true
                return nil
            case let known?: status.state = .backingOff(.failed(known))
            case nil:
                status.state = .backingOff(error is Hung ? .hung : .failed(.server(status: 0, description: "the poll failed")))
            }
            return (timing.backOff(status.consecutiveFailures), .backOff)
        }
    }
}
