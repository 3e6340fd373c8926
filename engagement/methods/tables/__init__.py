"""Tables: who sits with whom over the rounds of a session.

``room.Room`` says who is there and what must hold, ``seat.seat`` makes a plan, ``rebalance``
changes one as little as it can when people stay away or come late, ``figures.measure`` says how
good it is.
"""
