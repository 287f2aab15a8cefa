import HubCore

extension CommandLine {
    /// The first word as a task.
    ///
    /// - Throws: ``UsageError`` if it is none.
    func optionalTask() throws(UsageError) -> TaskName? {
        guard let word = words.first else { return nil }
        guard let task = TaskName(word) else {
            if word.first?.lowercased() == "p", let number = Int(word.dropFirst()), number > 0 {
                throw UsageError("P\(number) is a pipeline, and this takes a task like #42: /pipeline P\(number) shows how far it is")
            }
            throw UsageError("“\(AgentText.line(word, limit: 40))” is no task: write a number like #42, or the id")
        }
        return task
    }

    /// A task in front, if the first word is one, and the text behind it with its line breaks.
    func taskAndText() -> (TaskName?, String) {
        guard let word = words.first, let task = TaskName(inText: word) else { return (nil, rest.trimmed) }
        let after = line.dropFirst(word.count).trimmed
        return (task, (body.isEmpty ? after : after.isEmpty ? body : "\(after)\n\(body)").trimmed)
    }

    /// - Throws: ``UsageError`` if there are more words than the command takes.
    func atMost(_ count: Int) throws(UsageError) {
        guard words.count > count, let extra = words.dropFirst(count).first else { return }
        throw UsageError("I don't know what to do with “\(AgentText.line(extra, limit: 40))”")
    }
}
