import Terminal

/// Types into a terminal and looks whether it was taken: text as one paste, Enter apart from it and after the screen has settled,
/// then a look whether the screen shows that something happened, and Enter again where it does not.
///
/// Programs lose an Enter that comes too soon behind a paste, or take it for a new line of the text.
struct Typist {
    private static let tries = 3

    let session: LiveSession
    let times: TypingTimes

    func type(_ text: String, submit: Bool) async -> TypingOutcome {
        let text = TypedText(text)
        let before = await session.glance()
        if !text.text.isEmpty {
            guard await session.send(text.bytes(asPaste: before.modes.takesPaste)) else { return await unsent() }
            await session.waitForChange(since: before.version, until: .now + times.appear)
        }
        guard submit else { return .typed }
        for _ in 0..<Self.tries {
            let settled = await settle()
            guard await session.send([0x0D]) else { return .typedNotSubmitted }
            if await isSubmitted(text, since: settled) { return .submitted }
        }
        return .typedNotSubmitted
    }

    func press(_ key: TerminalKey) async -> TypingOutcome {
        let glance = await session.glance()
        guard await session.send(key.bytes(hasApplicationKeys: glance.modes.hasApplicationKeys)) else { return await unsent() }
        await session.waitForChange(since: glance.version, until: .now + times.appear)
        return await session.glance().version == glance.version ? .typedNotSubmitted : .submitted
    }

    private func unsent() async -> TypingOutcome { await session.isOpen ? .serverOffline : .noSession }

    private func settle() async -> LiveSession.Glance {
        let limit = ContinuousClock.now + times.settleLimit
        var glance = await session.glance()
        while ContinuousClock.now < limit {
            await session.waitForChange(since: glance.version, until: min(limit, .now + times.settle))
            let next = await session.glance()
            if next.version == glance.version { return next }
            glance = next
        }
        return glance
    }

    private func isSubmitted(_ text: TypedText, since before: LiveSession.Glance) async -> Bool {
        let limit = ContinuousClock.now + times.submit
        var glance = before
        while ContinuousClock.now < limit {
            await session.waitForChange(since: glance.version, until: limit)
            glance = await session.glance()
            if glance.version != before.version, !isNewLine(glance, text, since: before) {
                // The first change may be half of one.
                let settled = await settle()
                return !isNewLine(settled, text, since: before)
            }
        }
        return false
    }

    /// Whether Enter went into the text as a new line: the cursor moved to an empty line right below the text, nothing else changed, and
    /// the program still takes pastes (a shell stops that while it carries out a command).
    private func isNewLine(_ now: LiveSession.Glance, _ text: TypedText, since before: LiveSession.Glance) -> Bool {
        guard now.modes.takesPaste, now.modes.pasteSwitches == before.modes.pasteSwitches, !text.tail.isEmpty else { return false }
        let lines = now.image.lines
        let row = now.image.cursor.row
        guard row > 0, lines.indices.contains(row), Self.isBlank(lines[row]) else { return false }
        return Self.squeezed(lines[max(0, row - 3)..<row].joined()).hasSuffix(text.tail)
    }

    /// Nothing but blanks and the frame of an input box.
    private static func isBlank(_ line: String) -> Bool {
        squeezed(line).isEmpty
    }

    private static func squeezed(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "|" && !(0x2500...0x257F).contains($0.value) }))
    }
}
