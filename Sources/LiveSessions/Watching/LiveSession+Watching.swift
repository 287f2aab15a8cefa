import HubCore
import Terminal

/// Following one terminal: whether its screen changes, or what it prints.
extension LiveSession {
    func watchChanges() -> AsyncStream<ScreenChange> {
        let (stream, continuation) = AsyncStream.makeStream(of: ScreenChange.self, bufferingPolicy: .bufferingNewest(1))
        guard !isOver else {
            continuation.yield(.ended)
            continuation.finish()
            return stream
        }
        let number = watchers.nextNumber()
        watchers.add(continuation, as: number)
        continuation.onTermination = { [weak self] _ in
            Task { await self?.stopChanges(number) }
        }
        return stream
    }

    private func stopChanges(_ number: Int) {
        watchers.removeStream(number)
    }

    /// - Parameter offset: where to begin, if that is still there; `nil`: with the screen as it is.
    func watchBytes(from offset: Int64?) -> ByteSubscription {
        let events = offset.flatMap(output.events(from:))
        let subscription = ByteSubscription(
            events: events ?? [], needsRepaint: events == nil, isSkip: offset != nil && events == nil
        ) {
            [weak self] subscription in await self?.repaint(subscription)
        }
        if isOver {
            subscription.add(.ended)
        } else {
            output.add(subscription)
        }
        return subscription
    }

    func unwatch(_ subscription: ByteSubscription) {
        output.remove(subscription)
    }

    private func repaint(_ subscription: ByteSubscription) {
        publishHeld()
        subscription.begin(
            with: OutputEvent.Repaint(offset: output.published, size: screen.size, bytes: image().paint, isSkip: subscription.isSkip))
    }

    /// Returns when the screen has another version, or at `deadline`.
    func waitForChange(since version: UInt64, until deadline: ContinuousClock.Instant) async {
        guard screen.version == version, !isOver, ContinuousClock.now < deadline else { return }
        let number = watchers.nextNumber()
        let alarm = Task { [weak self] in
            // Cancelled when the screen changed first.
            try? await Task.sleep(until: deadline, clock: .continuous)
            await self?.wake(number)
        }
        await withCheckedContinuation { watchers.add($0, as: number) }
        alarm.cancel()
    }

    private func wake(_ number: Int) {
        watchers.wake(number)
    }
}
