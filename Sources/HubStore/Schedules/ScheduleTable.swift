import Foundation
import HubCore

/// The stored schedules. One that was removed stays, so that its number is not given again.
package struct ScheduleTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        id, project, number, name, cron, time_zone, catch_up, pipeline, created_by, created_at, due, is_paused, last_fired
        """

    package func takeNumber(in project: Project.ID) throws -> Int {
        guard let row = try connection.row("SELECT COALESCE(MAX(number), 0) + 1 FROM schedule WHERE project = \(project)") else { return 1 }
        var reader = RowReader(row)
        return try reader.int()
    }

    package func insert(_ schedule: Schedule) throws {
        try connection.execute(
            """
            INSERT INTO schedule (\(raw: Self.columns)) VALUES (
                \(schedule.id), \(schedule.project), \(schedule.number), \(schedule.name), \(schedule.cron.text), \(schedule.timeZone),
                \(schedule.catchUp), \(String(decoding: try JSONEncoder().encode(schedule.pipeline), as: UTF8.self)), \(schedule.createdBy.json), \(schedule.createdAt), \(schedule.due),
                \(schedule.isPaused), \(schedule.lastFired))
            """)
    }

    package func save(_ schedule: Schedule) throws {
        try connection.execute(
            """
            UPDATE schedule SET due = \(schedule.due), is_paused = \(schedule.isPaused), last_fired = \(schedule.lastFired)
            WHERE id = \(schedule.id)
            """)
    }

    package func remove(_ id: Schedule.ID, at now: Timestamp) throws {
        try connection.execute("UPDATE schedule SET removed_at = \(now), due = NULL WHERE id = \(id)")
    }

    package func find(_ id: Schedule.ID) throws -> Schedule? {
        try connection.row("SELECT \(raw: Self.columns) FROM schedule WHERE id = \(id) AND removed_at IS NULL").map(Self.read)
    }

    package func find(number: Int, in project: Project.ID) throws -> Schedule? {
        try connection.row(
            "SELECT \(raw: Self.columns) FROM schedule WHERE project = \(project) AND number = \(number) AND removed_at IS NULL"
        ).map(Self.read)
    }

    package func list(in project: Project.ID) throws -> [Schedule] {
        try connection.rows(
            "SELECT \(raw: Self.columns) FROM schedule WHERE project = \(project) AND removed_at IS NULL ORDER BY number"
        ).map(Self.read)
    }

    /// What waits for its instant, in every project.
    package func waiting() throws -> [(id: Schedule.ID, due: Timestamp)] {
        try connection.rows("SELECT id, due FROM schedule WHERE due IS NOT NULL ORDER BY due").map { row in
            var reader = RowReader(row)
            return (try reader.id(), try reader.time())
        }
    }

    private static func read(_ row: SQLRow) throws -> Schedule {
        var reader = RowReader(row)
        let (id, project) = (try reader.id(Schedule.self), try reader.id(Project.self))
        let (number, name, cron) = (try reader.int(), try reader.text(), try reader.text())
        guard let expression = try? CronExpression(cron) else { throw SQLFault.undecodable("a schedule") }
        return Schedule(
            id: id, project: project, number: number, name: name, cron: expression, timeZone: try reader.text(),
            catchUp: try reader.value(), pipeline: try JSONDecoder().decode(Pipeline.self, from: Data(try reader.text().utf8)),
            createdBy: try Actor(json: JSONValue(parsing: try reader.text())), createdAt: try reader.time(), due: try reader.optionalTime(),
            isPaused: try reader.bool(), lastFired: try reader.optionalTime())
    }
}

extension Schedule.CatchUp: SQLRepresentable {}
