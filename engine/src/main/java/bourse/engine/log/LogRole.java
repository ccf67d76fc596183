package bourse.engine.log;

/** What this member of the log is at the moment. Only the leader takes commands; every member applies them. */
public enum LogRole { FOLLOWER, CANDIDATE, LEADER }
