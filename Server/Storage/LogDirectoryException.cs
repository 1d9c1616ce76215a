namespace NettyKafka.Server.Storage;

/// <summary>A data directory cannot be used; the message names it and says why.</summary>
public sealed class LogDirectoryException(string message, Exception? cause = null) : IOException(message, cause);
