using DotNetty.Buffers;
using DotNetty.Codecs;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Server.Network;

/// <summary>
/// The end of the pipeline: one request of a connection after the other, answered in order. It owns every frame from here on. Whatever goes wrong unexpectedly
/// closes the connection, so that an open one never owes an answer.
/// </summary>
sealed class RequestDispatcher(ApiTable apis, Connection connection, ILogger logger, ClientQuotas? quotas = null) : ChannelHandlerAdapter
{
    const int MaxQueuedRequests = 64;
    const int MaxQueuedBytes = 16 << 20;

    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    readonly Queue<RequestFrame> waiting = new();
    readonly ChannelThrottle throttle = new(connection, quotas);
    long queuedBytes;
    bool isServing;
    bool isReading;
    bool isStopping;
    bool isClosed;

    /// <summary>True while a request is with its handler, or none may be because the client is throttled.</summary>
    public bool IsServing => isServing || throttle.IsMuted;

    bool IsIdle => !isServing && waiting.Count == 0;

    /// <summary>Reads no more, and closes once all that was read is answered: at the broker's stop, and when what follows is no request. No throttle holds that up.</summary>
    public void Stop(IChannelHandlerContext context)
    {
        isStopping = true;
        connection.ReadGate.Set(ReadGate.PauseReason.Stopping, true);
        throttle.Unmute();
        Serve(context);
        if (IsIdle)
            CloseNow(context);
    }

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        isReading = true;
        var request = (RequestFrame)message;
        if (isClosed)
        {
            request.Release();
            return;
        }

        connection.Deliver(request.SizeInBytes);
        connection.Touch();
        waiting.Enqueue(request);
        queuedBytes += request.SizeInBytes;
        PauseOnLongQueue();
        Serve(context);
    }

    public override void ChannelReadComplete(IChannelHandlerContext context)
    {
        isReading = false;
        context.Flush();
        Serve(context);
    }

    public override void ChannelWritabilityChanged(IChannelHandlerContext context)
    {
        connection.ReadGate.Set(ReadGate.PauseReason.NotWritable, !context.Channel.IsWritable);
        Serve(context);
        context.FireChannelWritabilityChanged();
    }

    public override void ChannelInactive(IChannelHandlerContext context)
    {
        Abandon();
        context.FireChannelInactive();
    }

    public override void ExceptionCaught(IChannelHandlerContext context, Exception exception)
    {
        logger.ConnectionFailed(connection.Description, exception);
        if (exception is DecoderException or ProtocolException)
            Stop(context);
        else
            CloseNow(context);
    }

    void Serve(IChannelHandlerContext context)
    {
        if (!isServing && !isClosed && !throttle.IsMuted && waiting.Count > 0 && context.Channel.IsWritable)
            _ = ServeAsync(context);
    }

    async Task ServeAsync(IChannelHandlerContext context)
    {
        isServing = true;
        try
        {
            while (!isClosed && !throttle.IsMuted && context.Channel.IsWritable && waiting.TryDequeue(out var request))
            {
                queuedBytes -= request.SizeInBytes;
                PauseOnLongQueue();
                var answering = TryAnswerAsync(context, request);
                // What is answered already does not wait for this one; a burst of reads is flushed at its end.
                if (!answering.IsCompleted && !isReading)
                    context.Flush();
                if (await answering)
                    continue;
                CloseNow(context);
                return;
            }
        }
        finally
        {
            isServing = false;
        }

        if (!isReading && !isClosed)
            context.Flush();
        if (isStopping && IsIdle)
            CloseNow(context);
    }

    void PauseOnLongQueue() =>
        connection.ReadGate.Set(ReadGate.PauseReason.QueueIsFull, waiting.Count >= MaxQueuedRequests || queuedBytes >= MaxQueuedBytes);

    async Task<bool> TryAnswerAsync(IChannelHandlerContext channel, RequestFrame request)
    {
        var context = new RequestContext(request.Header, connection.Context) { SizeInBytes = request.SizeInBytes };
        try
        {
            var response = await HandleAsync(request, context);
            if (isClosed)
            {
                response?.Release();
                return true;
            }

            ThrottleBy(throttle.Throttle(context, response), response, channel);
            if (response is not null)
                await WriteAsync(channel, response, context);
            connection.Touch();
            return !connection.Context.MustClose;
        }
        catch (OperationCanceledException) when (connection.Closed.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            logger.RequestFailed(ApiKeys.Find(request.ApiKey)!.Name, request.ApiVersion, request.Header.CorrelationId, connection.Description, e);
            return false;
        }
    }

    /// <summary>The answer is given at once, and says for how long the next request has to wait.</summary>
    void ThrottleBy(int throttleTimeMs, Response? response, IChannelHandlerContext channel)
    {
        if (throttleTimeMs == 0)
            return;
        response?.SetThrottleTime(throttleTimeMs);
        if (!isStopping)
            throttle.Mute(throttleTimeMs, () => Serve(channel));
    }

    Task WriteAsync(IChannelHandlerContext channel, Response response, RequestContext context)
    {
        var started = throttle.Start();
        var writing = channel.WriteAsync(response);
        throttle.RecordWrite(context, started);
        return writing;
    }

    async ValueTask<Response?> HandleAsync(RequestFrame request, RequestContext context)
    {
        var isReleased = false;
        try
        {
            if (connection.Context.Sasl is { } sasl)
                AuthenticationGate.Check(sasl, request.ApiKey);
            if (!apis.TryFind(request.ApiKey, out var api) || Narrow(api, api.Served)?.Contains(request.ApiVersion) != true)
                return Unsupported(request);

            var started = throttle.Start();
            var pending = api.ServeAsync(request.Body, context);
            throttle.AddTime(context, started);
            if (!pending.UsesFrame)
            {
                isReleased = true;
                Finish(request);
            }

            return await pending.Response;
        }
        finally
        {
            if (!isReleased)
                Finish(request);
        }
    }

    /// <summary>Only ApiVersions has an answer for a version that is not served: in version 0, with its own range, so that the client can choose again.</summary>
    Response<ApiVersionsResponse> Unsupported(RequestFrame request)
    {
        if (request.ApiKey != ApiKeys.ApiVersions || !apis.TryFind(ApiKeys.ApiVersions, out var api))
            throw new ProtocolException($"{ApiKeys.Find(request.ApiKey)!.Name} version {request.ApiVersion} is not served");
        var versions = Narrow(api, api.Advertised) ?? api.Advertised;
        var answer = new ApiVersionsResponse
        {
            ErrorCode = ErrorCode.UnsupportedVersion,
            ApiKeys = [new() { ApiKey = api.Key, MinVersion = versions.Min, MaxVersion = versions.Max }],
        };
        return new(request.Header.CorrelationId, 0, answer, 0);
    }

    VersionRange? Narrow(ServedApi api, VersionRange versions) => connection.Context.Interceptors?.VersionsOf is { } narrow ? narrow(api.Api, versions) : versions;

    void CloseNow(IChannelHandlerContext context)
    {
        if (isClosed)
            return;
        Abandon();
        _ = CloseAfterAnswersAsync(context);
    }

    /// <summary>Closing a channel drops what it has not written yet, so the answers given before leave first; a peer that does not read is not waited for.</summary>
    async Task CloseAfterAnswersAsync(IChannelHandlerContext context)
    {
        try
        {
            context.Flush();
            await context.WriteAndFlushAsync(Unpooled.Empty).WaitAsync(DrainTimeout);
        }
        catch (Exception e)
        {
            logger.ConnectionFailed(connection.Description, e);
        }

        await context.CloseAsync();
    }

    void Abandon()
    {
        if (isClosed)
            return;
        isClosed = true;
        throttle.Unmute();
        while (waiting.TryDequeue(out var request))
            Finish(request);
        connection.Close();
    }

    void Finish(RequestFrame request)
    {
        request.Release();
        connection.ReturnMemory(request.SizeInBytes);
    }
}
