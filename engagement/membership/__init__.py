"""The standing community panel: its members, how often they are asked, and lotteries among them."""
