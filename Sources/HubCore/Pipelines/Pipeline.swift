/// Tasks that are made together, all or none, with names of their own by which they depend on each other (domain page, "Pipelines").
package struct Pipeline: Hashable, Sendable, Codable {
    package static let maximumTasks = 10_000
    /// Of all its tasks together.
    package static let maximumDependencies = 100_000
    /// What the patterns of all tasks' contracts may take together (``JSONSchema/Budget``).
    package static let maximumPatterns = 500_000

    package var name: String?
    package var entries: [Entry]

    package init(name: String? = nil, entries: [Entry]) {
        (self.name, self.entries) = (name, entries)
    }

    /// A task to be made.
    package struct Entry: Hashable, Sendable, Codable {
        /// Unique in the document; empty for a task that has none, which is a fault of its own.
        package var id: String
        package var content: AgentTask.Content
        package var links: [Link]

        package init(id: String, content: AgentTask.Content, links: [Link] = []) {
            (self.id, self.content, self.links) = (id, content, links)
        }
    }

    /// An edge to what comes first.
    package struct Link: Hashable, Sendable, Codable {
        /// An id of the document, or a task of the project: its UUID, or `#` and its number.
        package var target: String
        package var kind: Dependency.Kind
        /// Which contract of it an `input` edge delivers; `nil`: all of them.
        package var contractKey: String?
        /// Where the document says it.
        package var path: String

        package init(to target: String, kind: Dependency.Kind = .blocks, contractKey: String? = nil, path: String) {
            (self.target, self.kind, self.contractKey, self.path) = (target, kind, contractKey, path)
        }
    }

    /// Something in the document that cannot be.
    package struct Fault: Error, Hashable, Sendable, Codable {
        package enum Rule: String, Hashable, Sendable, Codable {
            case type, missing, word, unknownKey = "unknown_key", tooMany = "too_many"
            case content, duplicateID = "duplicate_id", unknownTask = "unknown_task", contracts, cycle
        }

        /// As in `tasks[3].dependencies[0]`.
        package var path: String
        package var rule: Rule
        package var message: String

        package init(_ path: String, _ rule: Rule, _ message: String) {
            (self.path, self.rule, self.message) = (path, rule, message)
        }
    }

    /// The document is refused, for all of these.
    package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        package let faults: [Fault]

        package init(_ faults: [Fault]) { self.faults = faults }

        package var description: String {
            let first = faults.first.map { "\($0.path.isEmpty ? "" : $0.path + ": ")\($0.message)" } ?? ""
            return faults.count == 1 ? "1 fault in the pipeline: \(first)" : "\(faults.count) faults in the pipeline, the first: \(first)"
        }
    }
}
