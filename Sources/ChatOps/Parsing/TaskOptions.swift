import HubCore

/// The option words of `/new`: `!high repo:web lang:swift @mac-2 after:#41` …
package struct TaskOptions: Hashable, Sendable {
    package var priority: AgentTask.Priority?
    package var kind: AgentTask.Kind?
    package var repository: String?
    package var branch: String?
    package var requirements = AgentTask.Requirements()
    package var preferredServer: String?
    package var requirePlan: Bool?
    package var requireReview: Bool?
    package var autoAssign: Bool?
    package var retry: RetryPolicy?
    package var spendCap: Money?
    package var after: [TaskName] = []
    /// The words in their order, in plain spelling: what the guided form carries on.
    package var words: [String] = []

    package init() {}

    /// - Throws: ``UsageError`` for a word that is no option, or one with a bad value.
    package init(words: [String]) throws(UsageError) {
        for word in words where try !take(word) {
            if Self.looksLikeFlag(word.withPlainPunctuation) { throw Self.unknownFlag(word) }
            throw UsageError("“\(word)” is no option that I know")
        }
    }

    /// The title without the run of option words at its end.
    ///
    /// - Throws: ``UsageError`` for an option with a bad value, and for a `!word` at the end that is no option: a misread wish must not
    ///   end as a part of the title.
    package static func split(_ line: String) throws(UsageError) -> (title: String, options: TaskOptions) {
        var words = line.split(whereSeparator: \.isWhitespace)
        var options = TaskOptions()
        var end = line.endIndex
        var taken: [String] = []
        while let word = words.last {
            var probe = TaskOptions()
            guard try probe.take(String(word)) else { break }
            taken.append(String(word))
            end = word.startIndex
            words.removeLast()
        }
        if let word = words.last.map({ String($0).withPlainPunctuation }), looksLikeFlag(word) { throw unknownFlag(word) }
        // From left to right, so that of two contradicting words the later one counts.
        for word in taken.reversed() { _ = try options.take(word) }
        return (line[..<end].trimmed, options)
    }

    /// - Returns: false if the word is none of ours.
    mutating func take(_ raw: String) throws(UsageError) -> Bool {
        let word = raw.withPlainPunctuation
        let isOption: Bool
        if word.hasPrefix("!") {
            isOption = try takeFlag(word.dropFirst().lowercased())
        } else if word.hasPrefix("@") {
            isOption = takeServer(word.dropFirst())
        } else if let colon = word.firstIndex(of: ":"), colon > word.startIndex {
            let value = String(word[word.index(after: colon)...]).unquoted
            isOption = try take(word[..<colon].lowercased(), value: value)
        } else {
            isOption = false
        }
        if isOption { words.append(word) }
        return isOption
    }

    private static let flags = [
        "low", "normal", "high", "critical", "plan", "noplan", "review", "noreview", "manual", "auto",
    ]

    /// `!word`; a mere exclamation mark, and what only begins with one, is text.
    private static func looksLikeFlag(_ word: String) -> Bool {
        word.hasPrefix("!") && word.dropFirst().first?.isLetter == true
            && word.dropFirst().allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) }
    }

    private static func unknownFlag(_ word: String) -> UsageError {
        let priorities = AgentTask.Priority.allCases.map { "!\($0.rawValue)" }.joined(separator: " ")
        return UsageError(
            "“\(word)” is no option: priorities are \(priorities), and there is !plan !noplan !review !noreview !manual !auto")
    }

    private mutating func takeFlag(_ flag: String) throws(UsageError) -> Bool {
        if let priority = AgentTask.Priority(rawValue: flag) {
            self.priority = priority
            return true
        }
        switch flag {
        case "plan": requirePlan = true
        case "noplan": requirePlan = false
        case "review": requireReview = true
        case "noreview": requireReview = false
        case "manual": autoAssign = false
        case "auto": autoAssign = true
        default:
            if flag.count >= 3, let meant = Self.flags.first(where: { Spelling.distance($0, flag) == 1 }) {
                throw UsageError("“!\(flag)” is no option: did you mean !\(meant)?")
            }
            return false
        }
        return true
    }

    private mutating func takeServer(_ text: Substring) -> Bool {
        let isPin = text.hasSuffix("!")
        let name = String(isPin ? text.dropLast() : text)
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else { return false }
        if isPin { requirements.server = name } else { preferredServer = name }
        return true
    }

    private static let keys = ["repo", "branch", "lang", "env", "agent", "tool", "tag", "type", "retry", "cap", "after"]

    private mutating func take(_ key: String, value: String) throws(UsageError) -> Bool {
        guard Self.keys.contains(key) else { return false }
        let values = value.split(separator: ",").map(String.init)
        guard !values.isEmpty, value.utf8.count <= 256 else {
            throw UsageError("“\(key):” needs a value behind the colon, for example \(Self.example(of: key))")
        }
        let lowercased = Set(values).lowercased
        switch key {
        case "repo": repository = value
        case "branch": branch = value
        case "lang": requirements.languages.formUnion(lowercased)
        case "env": requirements.environments.formUnion(lowercased)
        case "agent": requirements.agent = value.lowercased()
        case "tool": requirements.tools.formUnion(lowercased)
        case "tag": requirements.tags.formUnion(lowercased)
        case "type":
            guard let kind = AgentTask.Kind(rawValue: value.lowercased()) else {
                let kinds = AgentTask.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("“\(value)” is no type of task: there is \(kinds)")
            }
            self.kind = kind
        case "retry": retry = try Self.retry(values)
        case "cap":
            guard let cap = Money(decimal: value) else {
                throw UsageError("“\(AgentText.line(value, limit: 40))” after “cap:” is no amount: write it like cap:5 or cap:2.50")
            }
            spendCap = cap
        default:
            for text in values {
                guard let task = TaskName(text) else { throw UsageError("“\(text)” after “after:” is no task: write it like after:#41") }
                after.append(task)
            }
        }
        return true
    }

    /// `3`, or `3,5m`: how many attempts there are in all, and the pause after the first failure.
    private static func retry(_ values: [String]) throws(UsageError) -> RetryPolicy {
        let words = values.joined(separator: ",")
        guard values.count <= 2, let attempts = Int(values[0]),
            let start = values.count == 2 ? seconds(values[1]) : RetryPolicy.standardStart
        else {
            throw UsageError("“\(AgentText.line(words, limit: 40))” after “retry:” is not understood: write it like retry:3 or retry:3,5m")
        }
        do { return try RetryPolicy(attempts: attempts, start: start).checked() } catch {
            throw UsageError("“\(AgentText.line(words, limit: 40))” after “retry:” cannot be: \(error.description)")
        }
    }

    /// `90s`, `5m`, `2h`.
    private static func seconds(_ text: String) -> Int? {
        let unit = ["s": 1, "m": 60, "h": 3600][text.suffix(1).lowercased()]
        guard let unit, let count = Int(text.dropLast()), (1...86_400).contains(count) else { return nil }
        return count * unit
    }

    private static func example(of key: String) -> String {
        switch key {
        case "repo": "repo:web"
        case "branch": "branch:main"
        case "lang": "lang:swift"
        case "env": "env:staging"
        case "agent": "agent:claude"
        case "tool": "tool:docker"
        case "tag": "tag:gpu"
        case "type": "type:bugfix"
        case "retry": "retry:3"
        case "cap": "cap:5"
        default: "after:#41"
        }
    }
}

extension TaskOptions {
    package func content(title: String, spec: String) -> AgentTask.Content {
        AgentTask.Content(
            title: title, spec: spec, priority: priority ?? .normal, kind: kind ?? .feature, repository: repository, branch: branch,
            requirements: requirements, preferences: .init(server: preferredServer), requirePlan: requirePlan,
            requireReview: requireReview, autoAssign: autoAssign, retry: retry,
            spendCap: spendCap)
    }

    /// What was understood, one phrase each.
    package var phrases: [String] {
        var phrases: [String] = []
        func add(_ name: String, _ values: Set<String>) {
            if !values.isEmpty { phrases.append("\(name) \(values.sorted().joined(separator: ", "))") }
        }
        if let priority { phrases.append("priority \(priority.rawValue)") }
        if let kind { phrases.append(kind.rawValue) }
        if let repository { phrases.append("repository \(repository)") }
        if let branch { phrases.append("branch \(branch)") }
        add("language", requirements.languages)
        add("environment", requirements.environments)
        if let agent = requirements.agent { phrases.append("agent \(agent)") }
        add("tool", requirements.tools)
        add("tag", requirements.tags)
        if let server = requirements.server { phrases.append("only on \(server)") }
        if let preferredServer { phrases.append("rather on \(preferredServer)") }
        if let requirePlan { phrases.append(requirePlan ? "plan first" : "no plan") }
        if let requireReview { phrases.append(requireReview ? "with review" : "no review") }
        if let autoAssign { phrases.append(autoAssign ? "any free server" : "assigned by hand") }
        if let retry { phrases.append(retry.isNone ? "no retry" : "\(retry.attempts) attempts") }
        if let spendCap { phrases.append(spendCap == .zero ? "no cap" : "spends at most \(spendCap)") }
        return phrases
    }
}
