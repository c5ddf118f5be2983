namespace Starfall
{
    /// <summary>A player's figure on one server of the game.</summary>
    public sealed class Role
    {
        public Role(string server, string name)
        {
            Server = server;
            Name = name;
        }

        public string Server { get; private set; }

        public string Name { get; private set; }
    }
}
