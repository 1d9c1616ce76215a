namespace NettyKafka.Testing.Faults;

/// <summary>Serves a request in place of the broker, or around it.</summary>
delegate Task<object?> Interceptor(InterceptedRequest request);
