using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeCluster v0-2. Fenced brokers are never listed: a node that is not live is not known.</summary>
public sealed class DescribeClusterHandler(ClusterMetadata cluster) : IHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    const sbyte BrokerEndpoint = 1;
    const sbyte ControllerEndpoint = 2;

    public ValueTask<DescribeClusterResponse?> HandleAsync(DescribeClusterRequest request, RequestContext context) => new(Describe(request, context));

    DescribeClusterResponse Describe(DescribeClusterRequest request, RequestContext context)
    {
        if (request.EndpointType == ControllerEndpoint)
            return Failed(ErrorCode.MismatchedEndpointType, "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER", request);
        if (request.EndpointType != BrokerEndpoint)
            return Failed(ErrorCode.UnsupportedEndpointType, $"Unsupported endpoint type {request.EndpointType}", request);

        var response = new DescribeClusterResponse
        {
            EndpointType = BrokerEndpoint,
            ClusterId = cluster.ClusterId,
            ControllerId = cluster.ControllerId,
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.OfCluster(context) : AuthorizedOperations.Omitted,
        };
        foreach (var node in cluster.Nodes)
        {
            if (context.EndpointOf(node) is { } endpoint)
                response.Brokers.Add(new() { BrokerId = node.Id, Host = context.HostOf(endpoint), Port = endpoint.Port, Rack = node.Rack });
        }

        return response;
    }

    static DescribeClusterResponse Failed(ErrorCode error, string message, DescribeClusterRequest request) => new()
    {
        ErrorCode = error,
        ErrorMessage = message,
        EndpointType = request.EndpointType,
    };
}
