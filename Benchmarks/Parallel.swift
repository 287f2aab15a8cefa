import Foundation

/// Does blocking work on a few threads.
struct Parallel {
    private let threads: Int

    init(_ threads: Int) {
        self.threads = threads
    }

    /// - Parameters:
    ///   - begin: what each thread has for itself.
    ///   - each: gets that, and the number of the value to make.
    func map<Context, Value: Sendable>(
        _ count: Int, begin: @escaping @Sendable () throws -> Context, each: @escaping @Sendable (Context, Int) throws -> Value
    ) throws -> [Value] {
        let book = Book<Value>(count)
        for _ in 0..<threads {
            let thread = Thread {
                do {
                    let context = try begin()
                    while let number = book.next() { book.done(number, try each(context, number)) }
                } catch {
                    book.fail("\(error)")
                }
            }
            thread.start()
        }
        return try book.wait()
    }

    /// `@unchecked Sendable`: every field is touched under `condition` only.
    private final class Book<Value: Sendable>: @unchecked Sendable {
        private let condition = NSCondition()
        private var values: [Value?]
        private var begun = 0
        private var finished = 0
        private var failure: String?

        init(_ count: Int) {
            values = Array(repeating: nil, count: count)
        }

        func next() -> Int? {
            condition.lock()
            defer { condition.unlock() }
            guard failure == nil, begun < values.count else { return nil }
            defer { begun += 1 }
            return begun
        }

        func done(_ number: Int, _ value: Value) {
            condition.lock()
            values[number] = value
            finished += 1
            condition.signal()
            condition.unlock()
        }

        func fail(_ why: String) {
            condition.lock()
            failure = failure ?? why
            condition.signal()
            condition.unlock()
        }

        func wait() throws -> [Value] {
            condition.lock()
            defer { condition.unlock() }
            while finished < values.count, failure == nil { condition.wait() }
            if let failure { throw HubProcess.Failed(description: failure) }
            return values.compactMap { $0 }
        }
    }
}
