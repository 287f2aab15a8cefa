extension AgentTask {
    /// What people and agents say about the work: all that can be edited.
    package struct Content: Hashable, Sendable, Codable {
        /// One line, 1–256 characters. A character is a Unicode scalar, as clients count: a grapheme may have any size.
        package var title: String
        /// The work itself, up to 64 Ki characters; may be empty.
        package var spec: String
        package var priority: Priority
        package var kind: Kind
        package var repository: String?
        package var branch: String?
        package var acceptanceCriteria: [String]
        package var structuredSpec: JSONValue?
        package var requirements: Requirements
        package var preferences: Preferences
        /// `nil`: as the project says.
        package var requirePlan: Bool?
        /// `nil`: as the project says.
        package var requireReview: Bool?
        /// Whether the hub may choose a server by itself; `nil`: as the project says.
        package var autoAssign: Bool?
        /// The contracts that it promises, as they were declared; see ``contracts``.
        package var produces: JSONValue?
        /// How long it may wait for a person before that is said again, and to the owners; 0: for ever, `nil`: as the project says.
        package var reminderMinutes: Int?
        package var escalationMinutes: Int?
        /// Whether the hub tries it again by itself when it fails; `nil`: never.
        package var retry: RetryPolicy?
        /// What agents may spend on it, over all attempts; nothing: no limit, `nil`: as the project says.
        package var spendCap: Money?

        package static let maximumTitle = 256
        package static let maximumSpec = 65_536
        /// Characters of each acceptance criterion.
        package static let maximumCriterion = 4096
        /// Bytes of ``structuredSpec``, written as JSON.
        package static let maximumStructuredSpec = 256 << 10

        package init(
            title: String, spec: String = "", priority: Priority = .normal, kind: Kind = .feature, repository: String? = nil,
            branch: String? = nil, acceptanceCriteria: [String] = [], structuredSpec: JSONValue? = nil,
            requirements: Requirements = Requirements(), preferences: Preferences = Preferences(), requirePlan: Bool? = nil,
            requireReview: Bool? = nil, autoAssign: Bool? = nil, produces: JSONValue? = nil, reminderMinutes: Int? = nil,
            escalationMinutes: Int? = nil, retry: RetryPolicy? = nil, spendCap: Money? = nil
        ) {
            (self.title, self.spec, self.priority, self.kind) = (title, spec, priority, kind)
            (self.repository, self.branch, self.acceptanceCriteria) = (repository, branch, acceptanceCriteria)
            (self.structuredSpec, self.requirements, self.preferences) = (structuredSpec, requirements, preferences)
            (self.requirePlan, self.requireReview, self.autoAssign) = (requirePlan, requireReview, autoAssign)
            (self.produces, self.retry, self.spendCap) = (produces, retry, spendCap)
            (self.reminderMinutes, self.escalationMinutes) = (reminderMinutes, escalationMinutes)
        }

        /// The content with blanks around the title gone.
        ///
        /// - Throws: ``ContentFault`` naming the first rule that is broken.
        package func validated() throws(ContentFault) -> Content {
            var patterns = JSONSchema.Budget.declaration
            return try validated(patterns: &patterns)
        }

        /// - Parameter patterns: what the patterns of this and of other tasks' contracts may take together (``JSONSchema/Budget``).
        /// - Throws: ``ContentFault`` naming the first rule that is broken.
        package func validated(patterns: inout Int) throws(ContentFault) -> Content {
            var content = self
            content.title = title.trimmed
            guard !content.title.isEmpty else { throw .emptyTitle }
            let length = content.title.unicodeScalars.count
            guard length <= Self.maximumTitle else { throw .titleTooLong(length) }
            guard !content.title.contains(where: \.isNewline) else { throw .titleHasLines }
            guard spec.unicodeScalars.count <= Self.maximumSpec else { throw .specTooLong(spec.unicodeScalars.count) }
            for (index, text) in acceptanceCriteria.enumerated() where text.unicodeScalars.count > Self.maximumCriterion {
                throw .criterionTooLong(index, text.unicodeScalars.count)
            }
            if let size = structuredSpec?.text.utf8.count, size > Self.maximumStructuredSpec { throw .structuredSpecTooLarge(size) }
            for text in [content.title, spec, repository ?? "", branch ?? ""] + acceptanceCriteria
            where text.unicodeScalars.contains(where: { $0.value == 0 }) {
                throw .containsNUL
            }
            for minutes in [reminderMinutes, escalationMinutes].compactMap(\.self) where !Patience.range.contains(minutes) {
                throw .patience(minutes)
            }
            if let retry {
                do {
                    content.retry = try retry.checked().isNone ? nil : retry
                } catch {
                    throw .retry(error)
                }
            }
            do {
                content.requirements.writes = try requirements.writes.validated()
            } catch {
                throw .writes(error)
            }
            guard content.requirements.writes.isEmpty || repository != nil else { throw .writesNowhere }
            if let produces {
                do {
                    if try Contracts(json: produces, patterns: &patterns).isEmpty { content.produces = nil }
                } catch {
                    throw .contracts(error)
                }
            }
            return content
        }
    }

    package enum Priority: String, CaseIterable, Hashable, Sendable, Codable, Comparable {
        case low, normal, high, critical

        /// 0 for the most urgent, so that the waiting list sorts upwards.
        package var rank: Int {
            switch self {
            case .critical: 0
            case .high: 1
            case .normal: 2
            case .low: 3
            }
        }
        package static func < (a: Self, b: Self) -> Bool { a.rank > b.rank }
    }

    /// The wire's `type` (agent protocol, section 7.3).
    package enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
        case feature, bugfix, refactor, chore, docs
    }

    package enum ContentFault: Error, Hashable, Sendable, CustomStringConvertible {
        case emptyTitle
        case titleTooLong(Int)
        case titleHasLines
        case specTooLong(Int)
        /// Which, counted from 0, and its characters.
        case criterionTooLong(Int, Int)
        /// Bytes.
        case structuredSpecTooLarge(Int)
        case containsNUL
        case contracts(Contracts.DeclarationFault)
        case patience(Int)
        case retry(RetryPolicy.Fault)
        case writes(WriteScope.Fault)
        case writesNowhere

        package var description: String {
            switch self {
            case .emptyTitle: "a task needs a title"
            case .titleTooLong(let count):
                "the title has \(count) characters, \(Content.maximumTitle) are allowed: put the rest into the spec"
            case .titleHasLines: "the title must be one line: put the rest into the spec"
            case .specTooLong(let count): "the spec has \(count) characters, \(Content.maximumSpec) are allowed"
            case .criterionTooLong(let index, let count):
                "acceptance_criteria[\(index)] has \(count) characters, \(Content.maximumCriterion) are allowed"
            case .structuredSpecTooLarge(let size):
                "structured_spec has \(size) bytes as JSON, \(Content.maximumStructuredSpec) are allowed"
            case .containsNUL: "the text contains a NUL character"
            case .contracts(let fault): fault.description
            case .patience(let minutes):
                "\(minutes) minutes are none: reminder_minutes and escalation_minutes are 0 (never) to \(Patience.range.upperBound)"
            case .retry(let fault): fault.description
            case .writes(let fault): fault.description
            case .writesNowhere: "requires.writes are paths within a repository: name that, too (target_repo, in a pipeline repo)"

            }
        }
    }
}

extension AgentTask.Content {
    /// What the task promises to produce. Reads the declarations anew; ask once.
    package var contracts: Contracts {
        // What was stored has been read before; whoever completes the task makes sure that it still can be.
        produces.flatMap { try? Contracts(json: $0) } ?? .none
    }

    /// The keys of what it promises to produce.
    package var contractKeys: ContractKeys { ContractKeys(declaration: produces) }
}

extension StringProtocol {
    /// Without blank space at both ends.
    package var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
