import HubCore
import HubService
import Terminal

/// One terminal as the hub sees it: its screen, what people see of its output, and who watches.
///
/// Output comes in through ``receive(_:at:)``, which never waits. It is taken from there in small steps, each of which lets others
/// run, so that a terminal that floods slows only itself. The screen is fed what came; what leaves for people is masked, as a stream
/// and once more as a screen.
actor LiveSession {
    /// Bytes that are fed without a pause.
    private static let step = 16 << 10
    /// How far a client with credit may be ahead of the screen.
    static let window: Int64 = 256 << 10
    /// How long the possible beginning of a secret is held back.
    private static let holdTime: Duration = .milliseconds(150)
    private static let scrollback = 1000

    nonisolated let id: Session.ID
    private nonisolated let inbox = Locked(OutputInbox())
    private nonisolated let lastOutput = Locked<Timestamp?>(nil)
    /// Gets the session drained, by a task that belongs to somebody.
    private nonisolated let schedule: @Sendable (LiveSession) -> Void

    private(set) var session: Session
    let screen: TerminalScreen
    private var modes = ScreenModes()
    var output: PublicOutput
    private var link: (any AgentLink)?
    private var granted: Int64 = 0
    var isOver = false
    /// Output up to here repeats what was asked in the past: answers to its questions would be typed into what runs now.
    private var repeatsUntil: Int64 = 0

    private var cachedImage: (version: UInt64, image: ScreenImage)?
    var watchers = ScreenWatchers()
    private var flushing: Task<Void, Never>?
    private var attention = AttentionState()

    init(_ session: Session, recording: Recording?, schedule: @escaping @Sendable (LiveSession) -> Void) {
        (id, self.session, self.schedule) = (session.id, session, schedule)
        output = PublicOutput(recording: recording)
        screen = TerminalScreen(size: session.size, scrollback: Self.scrollback)
    }

    // MARK: Output

    /// Takes output of the terminal; never waits.
    ///
    /// - Parameter offset: of the first byte, if the client numbers its output.
    nonisolated func receive(_ bytes: [UInt8], at offset: Int64?, now: Timestamp) {
        lastOutput.withLock { $0 = now }
        if inbox.withLock({ $0.add(bytes, at: offset) }) { schedule(self) }
    }

    nonisolated var heardAt: Timestamp? { lastOutput.withLock { $0 } }

    /// Carries what came to the screen and to those who watch.
    func drain() async {
        while let pieces = inbox.withLock({ $0.take(atMost: Self.step) }) {
            for piece in pieces {
                switch piece {
                case .bytes(let bytes, let offset): take(bytes, at: offset)
                case .hole(let size): noteHole(size)
                }
            }
            grantCredit()
            announceChange()
            await Task.yield()
        }
        flushSoon()
    }

    private func take(_ bytes: [UInt8], at offset: Int64?) {
        guard !isOver else { return }
        screen.feed(bytes)
        modes.read(bytes)
        let replies = screen.takeReplies()
        // tmux answers for the terminals in it.
        if !replies.isEmpty, session.tmuxName.isEmpty, inbox.withLock({ $0.taken }) > repeatsUntil { link?.send(.input(replies), to: id) }
        output.take(bytes, at: offset) { image().paint }
    }

    private func noteHole(_ size: Int64) {
        // CAN ends an escape sequence that was cut.
        screen.feed([0x18])
        output.skip(size) { image().paint }
    }

    private func flushSoon() {
        guard output.isHolding, flushing == nil, !isOver else { return }
        flushing = Task { [weak self] in
            // Cancelled at the session's end, which flushes by itself.
            try? await Task.sleep(for: Self.holdTime)
            await self?.flushHeld()
        }
    }

    private func flushHeld() {
        flushing = nil
        publishHeld()
    }

    func publishHeld() {
        output.release { image().paint }
    }

    private func grantCredit() {
        guard let link, link.abilities.takesCredit else { return }
        let taken = inbox.withLock { $0.taken }
        guard granted - taken < Self.window / 2 else { return }
        granted = taken + Self.window
        link.send(.credit(until: granted), to: id)
    }

    // MARK: The server's side

    /// Returns once an earlier count of the output is out of use: what is counted anew may come then.
    func attach(_ session: Session, to link: any AgentLink, _ arrival: TerminalArrival) async {
        self.session = session
        self.link = link
        screen.resize(session.size)
        granted = Self.window
        switch arrival {
        case .new: break
        case .back(let offset): resume(at: offset, link)
        case .found:
            await drain()
            repeatsUntil = 0
            let begin: Int64? = link.abilities.numbersOutput ? 0 : nil
            restart(at: begin, markHole: false)
            output.count(from: begin)
            noteHole(0)
            // A copy, for output goes on coming meanwhile.
            let output = output
            await output.stored()
        }
    }

    private func resume(at offset: Int64?, _ link: any AgentLink) {
        guard link.abilities.numbersOutput, let offset else { return restart(at: nil, markHole: output.published > 0) }
        let from: Int64
        let known = inbox.withLock { $0.end }
        if let known, known <= offset {
            from = known
        } else if known == nil, let begin = output.goOnRecording(until: offset, overlap: Self.window / 2) {
            from = begin
            restart(at: from, markHole: false)
        } else {
            // Its count has begun anew, and so does ours.
            from = max(0, offset - Self.window / 2)
            restart(at: from, markHole: known != nil || output.published > 0 || from > 0)
        }
        repeatsUntil = offset
        if link.abilities.takesCredit {
            granted = from + Self.window
            link.send(.credit(until: granted), to: id)
        }
        link.send(.replay(from: from), to: id)
    }

    private func restart(at offset: Int64?, markHole: Bool) {
        if inbox.withLock({ $0.restart(at: offset, markHole: markHole) }) { schedule(self) }
    }

    /// The connection is gone; another may have taken its place.
    func detach(from link: any AgentLink) {
        if self.link === link { self.link = nil }
    }

    func update(_ session: Session) {
        self.session = session
    }

    /// Text of a screen that an installed client read itself; of use only where no output came yet.
    func adopt(lines: [String]) {
        guard screen.version == 0, inbox.withLock({ $0.end }) == nil else { return }
        let text = lines.prefix(session.size.rows).map { $0.unicodeScalars.filter { $0.value >= 0x20 } }.map { String($0) }
        let bytes = Array(text.joined(separator: "\r\n").utf8)
        screen.feed(bytes)
        output.take(bytes, at: nil) { image().paint }
        announceChange()
    }

    // MARK: Input

    /// Bytes of people, as they are.
    ///
    /// - Returns: whether they were handed to the connection.
    func send(_ bytes: [UInt8]) -> Bool {
        guard !isOver, let link else { return false }
        return link.send(.input(bytes), to: id)
    }

    func resize(to size: TerminalSize) {
        guard !isOver else { return }
        session.size = size
        link?.send(.resize(size), to: id)
        guard screen.size != size else { return }
        screen.resize(size)
        output.resize(to: size)
        announceChange()
    }

    // MARK: What people see

    var isOpen: Bool { !isOver }
    var isLinked: Bool { link != nil }

    func image() -> ScreenImage {
        if let cachedImage, cachedImage.version == screen.version { return cachedImage.image }
        let image = screen.image.redacted()
        cachedImage = (screen.version, image)
        return image
    }

    /// Lines that scrolled away and those on the screen, without empty ones at the end.
    func lines(last wanted: Int) -> [String] {
        PlainText.lines(of: screen, last: wanted)
    }

    /// What a typing hand looks at.
    struct Glance: Sendable {
        var image: ScreenImage
        var version: UInt64
        var modes: ScreenModes
    }

    func glance() -> Glance { Glance(image: screen.image, version: screen.version, modes: modes) }

    private func announceChange() {
        watchers.announce(screen.version)
    }

    // MARK: What it waits for

    var isWaiting: Bool { attention.isWaiting }
    var isBusy: Bool { attention.isBusy }
    var canBeTold: Bool { attention.canBeTold }

    var seen: Attention? { attention.seen }

    struct AttentionChange: Sendable {
        var session: Session
        var seen: Attention?
        /// A person was to act, and is not any more.
        var hasWaited: Bool
    }

    /// - Returns: `nil` where nothing else is seen than before.
    func review(_ profiles: LaunchProfiles, now: Timestamp) -> AttentionChange? {
        // Nothing is looked for in a shell of somebody's own.
        guard !isOver, session.profile != Session.shell || session.task != nil else { return nil }
        let hasWaited = attention.isNoted || !attention.isKnown
        guard attention.review(profiles[session.profile], version: screen.version, now: now, { image() }) else { return nil }
        return AttentionChange(session: session, seen: attention.seen, hasWaited: hasWaited)
    }

    // MARK: The end

    /// The hub stops; the terminal may live on.
    func closeRecording() {
        output.closeRecording { image().paint }
    }

    /// Nothing follows: everybody is told, and the recording is closed. The screen stays as it was last.
    func end() async {
        await drain()
        guard !isOver else { return }
        flushing?.cancel()
        flushing = nil
        output.end { image().paint }
        isOver = true
        link = nil
        watchers.end()
    }
}
